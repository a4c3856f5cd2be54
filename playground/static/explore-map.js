/** The map of a latent with two numbers, and where real examples land on it. */

import { Tiles, room } from "./explore-tiles.js";

export class LatentMap {
  /** @param {import("./explore-tabs.js").Bench} bench */
  constructor(bench) {
    this.bench = bench;
    this.apart = true;
    /** @type {any} */
    this.answer = null;
    this.landed = true;  // whether examples are shown
    bench.choices.replaceChildren();
    this.sheet = bench.plane ? null : new Tiles(bench.drawn, { gap: 0, tallest: room, over: this.#over.bind(this) });
  }

  state() {
    return {};
  }

  question() {
    return {};
  }

  /** @param {any} answer */
  show(answer) {
    this.answer = answer;
    const { landed, columns, rows, absent } = answer;
    if (landed.length) this.#switch();
    this.bench.say(landed.length ? `${landed.length} examples that nobody trained on lie where their code puts them.` : absent && `No real examples are shown: ${absent}`);
    if (this.sheet) return this.sheet.show(answer, "What G makes at each place of the latent");
    const line = (/** @type {(i: number) => number} */ at, /** @type {number} */ n) => ({ at: Array.from({ length: n }, (_, i) => at(i)), thin: true });
    this.bench.plane?.lay({
      fake: answer.fake,
      paths: [
        ...Array.from({ length: rows }, (_, row) => line((i) => row * columns + i, columns)),
        ...Array.from({ length: columns }, (_, column) => line((i) => i * columns + column, rows)),
      ],
    });
  }

  #switch() {
    if (this.bench.choices.children.length || this.bench.plane) return;
    const label = document.createElement("label"), box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
    box.addEventListener("change", () => {
      this.landed = box.checked;
      this.sheet?.paint();
    });
    label.className = "toggle";
    label.append(box, "real examples");
    this.bench.choices.replaceChildren(label);
  }

  /** Each example as the name of its class, or as a dot.  @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  #over(pen, width, height) {
    if (!this.answer || !this.landed) return;
    const { landed, classes, class_names: names } = this.answer;
    pen.font = `700 ${Math.max(8, Math.min(12, width / 48))}px ${getComputedStyle(pen.canvas).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = "rgb(10 12 20 / 85%)";
    landed.forEach(([x, y], /** @type {number} */ i) => {
      const nth = Math.max(names.indexOf(classes[i]), 0), place = /** @type {const} */ ([x * width, (1 - y) * height]);
      pen.fillStyle = `hsl(${(360 * nth) / Math.max(names.length, 1)} 85% 68%)`;
      const mark = (classes[i] ?? "•").slice(0, 2);
      pen.strokeText(mark, ...place);
      pen.fillText(mark, ...place);
    });
  }

  pick() {}

  marks() {
    return new Map();
  }

  tiles() {
    return this.sheet;
  }
}
