/** What is looked at, in the page's address: a link that can be shared. */

/** @typedef {import("./explore-dials.js").Look} Look */

const [CODE, PLACE] = ["c.", "z."];  // before the name of a code, and before a place of z

/** @returns {{model: string, tab: string, look: Partial<Look>}} */
export function read() {
  const asked = new URL(location.href).searchParams;
  /** @type {Partial<Look>} */
  const look = {};
  for (const name of /** @type {const} */ (["seed", "psi", "u", "v"])) {
    const value = Number(asked.get(name) ?? NaN);
    if (Number.isFinite(value)) look[name] = value;
  }
  const under = (/** @type {string} */ prefix) => Object.fromEntries([...asked]
    .filter(([key, value]) => key.startsWith(prefix) && value !== "" && Number.isFinite(Number(value)))
    .map(([key, value]) => [key.slice(prefix.length), Number(value)]));
  if ([...asked.keys()].some((key) => ["seed", CODE].some((known) => key.startsWith(known)))) look.codes = under(CODE);
  look.dims = under(PLACE);
  return { model: asked.get("model") ?? "", tab: asked.get("tab") ?? "", look };
}

/** @param {string} model @param {string} tab @param {Look} look */
export function write(model, tab, look) {
  const address = new URL(location.href), told = new URLSearchParams({ model, tab, seed: String(look.seed) });
  if (look.psi !== 1) told.set("psi", String(look.psi));
  if (look.u || look.v) {
    told.set("u", look.u.toFixed(3));
    told.set("v", look.v.toFixed(3));
  }
  for (const [name, value] of Object.entries(look.codes)) told.set(CODE + name, String(value));
  for (const [place, value] of Object.entries(look.dims)) if (value) told.set(PLACE + place, String(value));
  address.search = told.toString();
  history.replaceState(null, "", address);
}
