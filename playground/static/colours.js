/**
 * Colours mean one thing everywhere.  Real data is blue, fakes are orange, D's belief is a ramp between the two, gradients are
 * magenta, grey is neither.  The two players need two more: D is green, G is violet.  Under simulated protanopia, deuteranopia
 * and tritanopia (Machado et al. 2009) the two stay apart from one another and, in light mode, from real, fake and gradient by a
 * CIE76 distance of 16 or more (dark D and dark real: 12), and both stand out from the page by at least 3:1.
 *
 * @typedef {object} Palette
 * @property {string} real
 * @property {string} fake
 * @property {string} gradient
 * @property {string} D
 * @property {string} G
 * @property {string[]} neither greys, for lines that belong to nobody
 * @property {string} ink
 * @property {string} quiet
 * @property {string} rule
 * @property {string} paper what the stage is drawn on
 * @property {Uint32Array} belief 256 colours as ImageData wants them, from surely fake to surely real
 */

/** @typedef {[number, number, number]} Rgb */

/** @param {Rgb[]} stops from surely fake over undecided to surely real */
function ramp([fake, undecided, real]) {
  const out = new Uint32Array(256);
  const rgb = new Uint8Array(out.buffer);
  for (let i = 0; i < 256; i++) {
    const sure = Math.min(1, Math.abs(i - 128) / 127);
    const end = i < 128 ? fake : real;
    for (let c = 0; c < 3; c++) rgb[4 * i + c] = undecided[c] + sure * (end[c] - undecided[c]);
    rgb[4 * i + 3] = 255;
  }
  return out;
}

/** @type {Palette} */
const LIGHT = {
  real: "#0072B2",
  fake: "#D55E00",
  gradient: "#CC79A7",
  D: "#009E73",
  G: "#4B2E83",
  neither: ["#52525b", "#8b8b94", "#27272a", "#a1a1aa"],
  ink: "#27272a",
  quiet: "#71717a",
  rule: "#e4e4e7",
  paper: "#ffffff",
  belief: ramp([[246, 190, 146], [255, 255, 255], [150, 200, 230]]),
};

/** @type {Palette} */
const DARK = {
  real: "#4AA3DF",
  fake: "#F0803C",
  gradient: "#E08FBD",
  D: "#2DBE93",
  G: "#8B6BE0",
  neither: ["#d4d4d8", "#a1a1aa", "#f4f4f5", "#71717a"],
  ink: "#e4e4e7",
  quiet: "#a1a1aa",
  rule: "#2b3242",
  paper: "#131824",
  belief: ramp([[112, 52, 14], [19, 24, 36], [10, 62, 98]]),
};

export const palette = () => (document.body.classList.contains("dark") ? DARK : LIGHT);

/** Who wants to know of another theme: held weakly, so that a stage that was taken away is not kept for it.  @type {Set<[WeakRef<any>, (owner: any) => void]>} */
const waiting = new Set();

/**
 * Call back, as long as its owner lives, when the page turns dark or light.
 *
 * @template {object} Owner @param {Owner} owner @param {(owner: Owner) => void} callback which must not hold the owner itself
 */
export function onTheme(owner, callback) {
  if (!waiting.size) listenToTheme();
  waiting.add([new WeakRef(owner), callback]);
}

function listenToTheme() {
  let before = palette();
  const observer = new MutationObserver(() => {
    if (palette() === before) return;
    before = palette();
    for (const entry of waiting) {
      const owner = entry[0].deref();
      if (owner) entry[1](owner);
      else waiting.delete(entry);
    }
    if (!waiting.size) observer.disconnect();
  });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
}

/**
 * Whom a reading or a sheet is about: real data, fakes, or the player it starts with.
 *
 * @param {string} name @returns {"real" | "fake" | "D" | "G" | null}
 */
export function subject(name) {
  if (/real/i.test(name)) return "real";
  if (/fake/i.test(name)) return "fake";
  if (/^d(?![a-z])/i.test(name)) return "D";
  if (/^g(?![a-z])/i.test(name)) return "G";
  return null;
}

export const DASHES = ["solid", "dash", "dot", "dashdot"];

/**
 * Colour and dash of each line of a chart: a second line about the same subject is dashed, so that no two look alike.
 *
 * @param {string[]} columns @returns {{colour: string, dash: string}[]}
 */
export function strokes(columns) {
  const now = palette();
  /** @type {Record<string, number>} */
  const seen = {};
  return columns.map((column) => {
    const who = subject(column);
    const nth = seen[who ?? ""] ?? 0;
    seen[who ?? ""] = nth + 1;
    if (who) return { colour: now[who], dash: DASHES[nth % DASHES.length] };
    const greys = now.neither.length;
    return { colour: now.neither[nth % greys], dash: DASHES[Math.floor(nth / greys) % DASHES.length] };
  });
}
