/** What there is to turn: a slider for each continuous code, buttons for each choice, the pad, truncation, single numbers of z. */

import { pad } from "./explore-pad.js";
import { chips, slider } from "./theory-controls.js";

const SEEDS = 2 ** 31;
const FURTHEST = 3;  // a number of z from its place
const TRUNCATION = "How far z is from the middle: less is tamer and less various.";

/**
 * @typedef {{seed: number, psi: number, u: number, v: number, codes: Record<string, number>, dims: Record<string, number>}} Look
 * @typedef {{name: string, kind: "category" | "continuous", size: number, names: string[]}} Code
 * @typedef {{codes: Code[], columns: number, beyond: number, latent: {dim: number, shape: string, way: string, reach: number, strongest: number[]},
 *   probes: string[], kind: string, game: string, real?: any}} Controls
 */

/** How a model is looked at when it is opened: continuous codes in the middle, choices free.  @param {Controls} controls @returns {Look} */
export const opening = ({ codes }) => ({
  seed: 0, psi: 1, u: 0, v: 0, dims: {},
  codes: Object.fromEntries(codes.filter(({ kind }) => kind === "continuous").map(({ name }) => [name, 0])),
});

export class Dials {
  /** @param {HTMLElement} root @param {() => void} changed */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    /** @type {Look} */
    this.look = { seed: 0, psi: 1, u: 0, v: 0, codes: {}, dims: {} };
  }

  /** @param {Controls} controls @param {Look} look */
  show(controls, look) {
    this.controls = controls;
    this.look = look;
    const { codes, latent } = controls;
    this.pad = pad(() => this.look.seed, (u, v) => this.#set({ u, v }));
    this.pad.show(look.u, look.v);
    const psi = slider({ title: "truncation ψ", low: 0, high: 1 },
      look.psi, (value) => this.#set({ psi: value }));
    this.root.replaceChildren(
      this.#group("Codes", codes.length ? [hint(words(codes)), ...codes.map((code) => (code.kind === "category" ? this.#choice(code) : this.#number(code)))] : []),
      this.#group("Samples", [this.#seeds(), knobs(psi.element), hint(TRUNCATION)]),
      this.#group("Between four seeds", [this.pad.element]),
      this.#numbersOfZ(latent),
      this.#reset(),
    );
  }

  /** @param {Partial<Look>} change */
  #set(change) {
    this.look = { ...this.look, ...change };
    this.changed();
  }

  /** @param {string} name @param {number | null} value null: no longer held */
  #hold(name, value) {
    const { [name]: _, ...others } = this.look.codes;
    this.#set({ codes: value === null ? others : { ...others, [name]: value } });
  }

  /** @param {string} title @param {HTMLElement[]} parts */
  #group(title, parts) {
    const group = document.createElement("section");
    group.append(Object.assign(document.createElement("h3"), { textContent: title }), ...parts);
    group.hidden = !parts.length;
    return group;
  }

  /** @param {Code} code */
  #choice({ name, size, names }) {
    const row = document.createElement("div"), root = document.createElement("div");
    const title = Object.assign(document.createElement("span"), { className: "what", textContent: name });
    root.className = "chips";
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", name);
    const all = Array.from({ length: size }, (_, i) => ({ name: String(i), title: names[i] ?? String(i) }));
    const held = this.look.codes[name];
    chips(root, [{ name: "", title: "all" }, ...all], held === undefined ? "" : String(held),
      (chosen) => this.#hold(name, chosen === "" ? null : Number(chosen)));
    row.append(title, root);
    return row;
  }

  /** A slider, and a button that lets the code vary from sample to sample.  @param {Code} code */
  #number({ name }) {
    const row = document.createElement("div"), vary = document.createElement("button");
    const { beyond } = /** @type {Controls} */ (this.controls);
    const held = this.look.codes[name];
    const mark = (/** @type {boolean} */ free) => vary.setAttribute("aria-pressed", String(free));
    const dial = slider({ title: name, low: -beyond, high: beyond }, held ?? 0, (value) => {
      mark(false);
      this.#hold(name, value);
    });
    const input = /** @type {HTMLInputElement} */ (dial.element.querySelector("input"));
    input.dataset.code = name;
    Object.assign(vary, { type: "button", textContent: "vary", title: "Let it vary from sample to sample" });
    vary.setAttribute("aria-label", `Let ${name} vary`);
    vary.addEventListener("click", () => {
      const free = this.look.codes[name] !== undefined;
      mark(free);
      this.#hold(name, free ? null : Number(input.value));
    });
    mark(held === undefined);
    row.className = "knobs varied";
    row.append(dial.element, vary);
    return row;
  }

  /** @returns {HTMLElement} */
  #seeds() {
    const row = document.createElement("div"), label = document.createElement("label"), other = document.createElement("button");
    const input = Object.assign(document.createElement("input"), { type: "number", min: "0", max: String(SEEDS - 1), step: "1" });
    input.value = String(this.look.seed);
    const go = (/** @type {number} */ seed) => {
      input.value = String(seed);
      this.#set({ seed });
      this.pad?.show(this.look.u, this.look.v);
    };
    input.addEventListener("change", () => {
      const seed = Math.round(Number(input.value));
      go(seed >= 0 && seed < SEEDS ? seed : 0);
    });
    Object.assign(other, { type: "button", textContent: "Others" });
    other.addEventListener("click", () => go((this.look.seed + 1) % SEEDS));
    label.append("seed", input);
    row.className = "seeds";
    row.append(label, other);
    return row;
  }

  /** From one end of the latent to the other, at most.  @param {Controls["latent"]} latent */
  #numbersOfZ({ strongest, reach }) {
    const furthest = Math.min(FURTHEST, 2 * reach);
    const fold = document.createElement("details"), list = document.createElement("div");
    list.className = "knobs";
    list.append(...strongest.map((place) => slider(
      { title: `z ${place}`, low: -furthest, high: furthest }, this.look.dims[place] ?? 0,
      (value) => this.#set({ dims: { ...this.look.dims, [place]: value } }),
    ).element));
    fold.append(Object.assign(document.createElement("summary"), { textContent: "Single numbers of z" }), hint("Those that change most; added to this number of every z."), list);
    fold.open = Object.keys(this.look.dims).length > 0;
    return fold;
  }

  #reset() {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "reset", textContent: "All back to the middle" });
    button.addEventListener("click", () => {
      const controls = /** @type {Controls} */ (this.controls);
      this.show(controls, opening(controls));
      /** @type {HTMLElement | null} */ (this.root.querySelector(".reset"))?.focus();
      this.changed();
    });
    return button;
  }
}

/** What codes are, for who meets them here first.  @param {Code[]} codes */
function words(codes) {
  const numbers = codes.some(({ kind }) => kind === "continuous");
  return `G is fed noise z, and these codes. Hold one here for all samples.${numbers ? " In training, numbers lay between −1 and 1; “vary” lets one differ from sample to sample." : ""}`;
}

/** @param {string} textContent */
const hint = (textContent) => Object.assign(document.createElement("p"), { className: "hint", textContent });

/** @param {...HTMLElement} labels */
function knobs(...labels) {
  const list = document.createElement("div");
  list.className = "knobs";
  list.append(...labels);
  return list;
}
