/** Arithmetic: three groups of samples, and what G makes of a - b + c. */

import { place } from "./explore-address.js";
import { groups } from "./explore-layout.js";
import { Tiles } from "./explore-tiles.js";

/** @typedef {"a" | "b" | "c"} Group */
const GROUPS = /** @type {Group[]} */ (["a", "b", "c"]);
const SIGNS = ["", "−", "+"];
const MOST = 3;

export class Arithmetic {
  /** @param {import("./explore-tabs.js").Bench} bench @param {import("./explore-address.js").State} state */
  constructor(bench, state) {
    this.bench = bench;
    /** @type {Record<Group, number[]>} */
    this.groups = groups(bench.controls, bench.look());
    for (const group of GROUPS) this.groups[group] = members(state[group], bench.count) ?? this.groups[group];
    /** @type {Group} */
    this.group = "a";  // the one that a choice goes to
    bench.choices.replaceChildren();
    const sum = document.createElement("div"), result = document.createElement("div");
    sum.className = "sum";
    this.buttons = GROUPS.map((group) => {
      const button = document.createElement("button"), words = document.createElement("small");
      button.type = "button";
      button.append(bench.plane ? document.createElement("span") : hidden(document.createElement("canvas")),
        Object.assign(document.createElement("b"), { textContent: group.toUpperCase() }), words);
      button.addEventListener("click", () => this.#turnTo(group));
      return button;
    });
    const sign = (/** @type {string} */ text) => Object.assign(document.createElement("span"), { className: "sign", textContent: text });
    sum.append(...this.buttons.map((button, i) => {
      const term = Object.assign(document.createElement("div"), { className: "term" });  // no line ends after a sign
      term.append(...(SIGNS[i] ? [sign(SIGNS[i])] : []), button);
      return term;
    }));
    const equals = document.createElement("div");
    equals.className = "equals";
    equals.hidden = Boolean(bench.plane);
    equals.append(sign("="), result);
    this.sheet = bench.plane ? null : new Tiles(result, { most: 96 });
    bench.drawn.replaceChildren(sum, equals);
    this.#label();
  }

  state() {
    return Object.fromEntries(GROUPS.map((group) => [group, this.groups[group].join(".")]));
  }

  question() {
    const there = (/** @type {number[]} */ held) => held.filter((index) => index < this.bench.count);  // a choice that is held makes the sheet smaller
    return Object.fromEntries(GROUPS.map((group) => [group, there(this.groups[group])]));
  }

  /** @param {any} answer */
  async show(answer) {
    this.bench.say(this.bench.plane ? "The cross of points is A − B + C with a little noise." : "In the middle A − B + C; around it the same with a little noise.");
    if (this.bench.plane) return this.#points(answer);
    await Promise.all([this.sheet?.show(answer.result, "A minus B plus C, and eight neighbours"), this.#means(answer.groups)]);
  }

  /** @param {any} groups */
  async #means(groups) {
    const view = document.createElement("div"), all = new Tiles(view);
    await all.show(groups);
    const [h, w] = groups.tile;
    this.buttons.forEach((button, i) => {
      const canvas = /** @type {HTMLCanvasElement} */ (button.querySelector("canvas"));
      if (canvas.width !== w) [canvas.width, canvas.height] = [w, h];
      all.draw(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), i, 0, 0, w);
    });
  }

  /** @param {any} answer */
  #points({ groups, result }) {
    const fake = btoa(atob(groups.fake) + atob(result.fake));  // one after another
    const means = GROUPS.map((group, i) => ({ at: [i], label: group.toUpperCase(), colour: /** @type {const} */ ("ink") }));
    this.bench.plane?.lay({ fake, paths: [...means, ...Array.from({ length: 9 }, (_, i) => ({ at: [3 + i], label: i === 4 ? "A − B + C" : "" }))] });
  }

  /** @param {Group} group */
  #turnTo(group) {
    this.group = group;
    this.#label();
  }

  #label() {
    this.buttons.forEach((button, i) => {
      const held = this.groups[GROUPS[i]];
      button.setAttribute("aria-pressed", String(GROUPS[i] === this.group));
      const words = `mean of ${held.length || "none"}`;
      /** @type {HTMLElement} */ (button.querySelector("small")).textContent = words;
      button.setAttribute("aria-label", `Group ${GROUPS[i].toUpperCase()}, ${words}: choose samples for it`);
    });
  }

  /** In or out of the group at hand; of more than three the first goes.  @param {number} index */
  pick(index) {
    const held = this.groups[this.group];
    const next = held.includes(index) ? held.filter((each) => each !== index) : [...held, index].slice(-MOST);
    this.groups = { ...this.groups, [this.group]: next };
    this.bench.sample = index;
    this.#label();
    this.bench.ask();
  }

  marks() {
    /** @type {Map<number, string>} */
    const marks = new Map();
    for (const group of GROUPS) {
      for (const index of this.groups[group]) marks.set(index, [marks.get(index), group.toUpperCase()].filter(Boolean).join(" "));
    }
    return marks;
  }

  tiles() {
    return this.sheet;
  }
}

/** One to three samples, as the address has them.  @param {string | undefined} words @param {number} count */
function members(words, count) {
  const places = (words ?? "").split(".").map((word) => place(word, count, -1));
  return places.length <= MOST && !places.includes(-1) && new Set(places).size === places.length ? places : null;
}

/** For who cannot see it the button says all.  @param {HTMLCanvasElement} canvas */
function hidden(canvas) {
  canvas.setAttribute("aria-hidden", "true");
  return canvas;
}
