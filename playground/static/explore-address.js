/** What is looked at, in the page's address: a link that can be shared. */

/** @typedef {import("./explore-dials.js").Look} Look */

/** @typedef {Record<string, string>} State what a tab was set to, in a word each; whatever is damaged in it is ignored */

const [CODE, PLACE, SET] = ["c.", "z.", "t."];  // before the name of a code, a place of z, and what the tab was set to

/** @returns {{model: string, tab: string, look: Partial<Look>, state: State}} */
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
  const state = Object.fromEntries([...asked].filter(([key]) => key.startsWith(SET)).map(([key, value]) => [key.slice(SET.length), value]));
  return { model: asked.get("model") ?? "", tab: asked.get("tab") ?? "", look, state };
}

/** The place of a sample, from 0, or what stands for it where there is none.  @param {string | undefined} word @param {number} count @param {number} otherwise */
export function place(word, count, otherwise) {
  return /^\d{1,4}$/.test(word ?? "") && Number(word) < count ? Number(word) : Math.min(otherwise, count - 1);
}

/** @param {string} model @param {string} tab @param {Look} look @param {Record<string, string | number>} state */
export function write(model, tab, look, state) {
  const address = new URL(location.href), told = new URLSearchParams({ model, tab, seed: String(look.seed) });
  if (look.psi !== 1) told.set("psi", String(look.psi));
  if (look.u || look.v) {
    told.set("u", look.u.toFixed(3));
    told.set("v", look.v.toFixed(3));
  }
  for (const [name, value] of Object.entries(look.codes)) told.set(CODE + name, String(value));
  for (const [place, value] of Object.entries(look.dims)) if (value) told.set(PLACE + place, String(value));
  for (const [name, value] of Object.entries(state)) told.set(SET + name, String(value));
  address.search = told.toString();
  history.replaceState(null, "", address);
}
