/** Reconstruct: examples that an autoencoder has never seen, above their copies. */

import { place } from "./explore-address.js";
import { Tiles, room } from "./explore-tiles.js";
import { number } from "./words.js";

const [SHOWN, MOST] = [16, 480];

export class Reconstruct {
  /** @param {import("./explore-tabs.js").Bench} bench @param {import("./explore-address.js").State} state */
  constructor(bench, { start }) {
    this.bench = bench;
    this.apart = true;
    this.start = place(start, MOST + 1, 0);
    const others = Object.assign(document.createElement("button"), { type: "button", className: "plain", textContent: "Other examples" });
    others.addEventListener("click", () => {
      this.start = (this.start + SHOWN) % (MOST + SHOWN);
      bench.ask();
    });
    bench.choices.replaceChildren(others);
    this.sheet = bench.plane ? null : new Tiles(bench.drawn, { most: 84, tallest: room });
  }

  state() {
    return this.question();
  }

  question() {
    return { start: this.start };
  }

  /** @param {any} answer */
  show(answer) {
    const { errors, rows, columns } = answer;
    const mean = errors.reduce((/** @type {number} */ sum, /** @type {number} */ error) => sum + error, 0) / errors.length;
    this.bench.say(`Mean squared error: ${number(mean)}.`);
    if (this.sheet) {
      const names = Array.from({ length: rows }, (_, row) => (row % 2 ? "copy" : "real"));
      return this.sheet.show({ ...answer, names }, "Examples and their copies");
    }
    const at = (/** @type {number} */ i) => 2 * Math.floor(i / columns) * columns + (i % columns);
    this.bench.plane?.lay({ fake: answer.fake, paths: errors.map((/** @type {number} */ _, /** @type {number} */ i) => ({ at: [at(i), at(i) + columns] })) });
  }

  pick() {}

  marks() {
    return new Map();
  }

  tiles() {
    return this.sheet;
  }
}
