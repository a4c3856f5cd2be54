/** Traverse: a row for each code, or for each of several samples. */

import { place } from "./explore-address.js";
import { apart, round } from "./explore-layout.js";
import { Tiles, room } from "./explore-tiles.js";
import { chips } from "./theory-controls.js";

const SAMPLES = 6;  // rows where one code is swept
const [ROWS, MOST] = [6, 10];  // rows in which numbers of z stand beside the codes, and the most that are answered
const PAUSE = 140;  // ms of a frame

/** A number that is written as short as it is.  @param {number} value */
const end = (value) => String(Number(value.toFixed(2))).replace("-", "−");

export class Traverse {
  /** @param {import("./explore-tabs.js").Bench} bench @param {import("./explore-address.js").State} state */
  constructor(bench, { row, sample }) {
    this.bench = bench;
    bench.sample = place(sample, bench.count, bench.sample);
    this.sheet = bench.plane ? null : new Tiles(bench.drawn, { tallest: room, most: 64 });
    const { codes, latent } = bench.controls;
    const zs = latent.strongest.slice(0, Math.max(ROWS - codes.length, 2)).map((place) => `z ${place}`);
    const names = (this.names = [...codes.map(({ name }) => name), ...zs].slice(0, MOST));
    this.chosen = names.includes(row) ? row : "";
    const root = document.createElement("div");
    root.className = "chips";
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "What is swept");
    chips(root, [{ name: "", title: "a row for each code" }, ...names.map((name) => ({ name, title: name }))], this.chosen, (name) => {
      this.chosen = name;
      bench.ask();
    });
    bench.choices.replaceChildren(root);
  }

  state() {
    return { ...(this.chosen && { row: this.chosen }), sample: this.bench.sample };
  }

  question() {
    const { controls, look, plane, count } = this.bench, sample = Math.min(this.bench.sample, count - 1);
    const steps = plane ? { steps: 16 } : {};
    if (!this.chosen) return { rows: this.names, sample, samples: 1, apart: 1, ...steps };
    // Samples that differ in nothing but the choice that is swept would all be the same row.
    const step = round(controls, look())?.name === this.chosen ? apart(controls, look()) : 1;
    const row = Math.min(Math.floor(sample / step), Math.max(Math.floor(count / step) - SAMPLES, 0));
    return { rows: [this.chosen], sample: row * step + (sample % step), samples: SAMPLES, apart: step, ...steps };
  }

  /** @param {any} answer */
  show(answer) {
    this.answer = answer;
    const { names, values, columns, lengths } = answer;
    const ranges = values.map((/** @type {number[]} */ row, /** @type {number} */ i) => this.#range(names[i], row));
    const { sample, apart: step } = this.question();
    const words = this.chosen
      ? { names: names.map((/** @type {string} */ _, /** @type {number} */ i) => `sample ${sample + i * step + 1}`), remarks: [] }
      : { names, remarks: ranges };
    this.bench.say(this.chosen ? `${this.chosen}: ${ranges[0]}.` : "");
    if (this.sheet) return this.sheet.show({ ...answer, ...words }, `A traversal: ${names.join(", ")}`);
    this.bench.plane?.lay({
      fake: answer.fake,
      paths: words.names.map((/** @type {string} */ label, /** @type {number} */ row) => ({
        label, at: Array.from({ length: lengths[row] }, (_, i) => row * columns + i),
      })),
    });
  }

  /** @param {string} name @param {number[]} row */
  #range(name, row) {
    const code = this.bench.controls.codes.find((each) => each.name === name);
    return code?.kind === "category" ? `${code.size} choices` : `${end(row[0])} … ${end(row[row.length - 1])}`;
  }

  /** @param {number} index */
  pick(index) {
    this.bench.sample = index;
    this.bench.ask();
  }

  marks() {
    const { sample, samples, apart: step } = this.question();
    return new Map(Array.from({ length: samples }, (_, i) => [sample + i * step, samples > 1 ? String(i + 1) : "•"]));
  }

  tiles() {
    return this.sheet;
  }

  /** A frame for each column: all rows move at once. */
  reel() {
    const { sheet, answer } = this;
    if (!sheet?.picture || !answer) return null;
    const { rows, columns, tile: [h, w], lengths } = answer;
    const across = Math.min(rows, 5), zoom = Math.max(1, Math.floor(112 / w));
    return {
      frames: columns, pause: PAUSE, width: across * w * zoom, height: Math.ceil(rows / across) * h * zoom,
      paint(/** @type {CanvasRenderingContext2D} */ pen, /** @type {number} */ i) {
        for (let row = 0; row < rows; row++) {
          const at = row * columns + Math.min(i, lengths[row] - 1);
          sheet.draw(pen, at, (row % across) * w * zoom, Math.floor(row / across) * h * zoom, w * zoom);
        }
      },
    };
  }
}
