/** Samples that are points: the same picture as on the stage, one of them chosen, and the paths of an answer over them. */

import { onTheme, palette } from "./colours.js";
import { room } from "./explore-tiles.js";
import { usual } from "./layers.js";
import { Line } from "./line.js";
import { uint16 } from "./message.js";
import { Points } from "./points.js";

const FULL = 65535;
const FOOT = 27;      // pixels from the lower edge to the middle of a line's samples
const LOW = 340;      // the height of a line

/** @typedef {{at: number[], label?: string, colour?: "fake" | "real" | "ink", thin?: boolean}} Path places in an answer's points, joined; thin: one of many */
/** @typedef {{fake: string, paths: Path[]}} Over */

export class Plane {
  /** @param {HTMLElement} view @param {(index: number) => void} pick */
  constructor(view, pick) {
    this.view = view;
    this.pick = pick;
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "No points yet");
    this.chooser = Object.assign(document.createElement("button"), { type: "button", className: "chooser" });
    view.classList.add("plane");
    view.replaceChildren(this.canvas, this.chooser);
    this.painter = /** @type {Points | Line | null} */ (null);
    this.kind = "";
    this.at = new Uint16Array();
    /** @type {Map<number, string>} */
    this.marks = new Map();
    /** @type {Over | null} */
    this.over = null;
    this.focused = 0;
    this.layers = { ...usual(), belief: false, gradients: false };
    this.pending = false;
    new ResizeObserver(() => this.paint()).observe(view);
    onTheme(this, (plane) => plane.paint());
    this.chooser.addEventListener("click", (event) => event.detail && this.#choose(event));
    this.chooser.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {any} shape real points */
  real(shape) {
    if (shape.kind !== this.kind) this.painter = shape.kind === "line" ? new Line() : new Points();
    this.kind = shape.kind;
    this.painter?.real({ ...shape, points: shape.fake });
  }

  /** @param {any} shape @param {string} [name] for who cannot see it */
  show(shape, name = "Points") {
    this.at = uint16(shape.fake);
    this.painter?.show(shape);
    this.canvas.setAttribute("aria-label", name);
    this.paint();
  }

  /** @param {Over | null} over what an answer adds */
  lay(over) {
    this.over = over;
    this.paint();
  }

  /** @param {Map<number, string>} marks */
  mark(marks) {
    this.marks = marks;
    this.focused = [...marks.keys()].at(-1) ?? this.focused;
    this.chooser.setAttribute("aria-label", `Sample ${this.focused + 1} of ${this.count} is chosen. Arrow keys choose another.`);
    this.paint();
  }

  get count() {
    return this.at.length / (this.kind === "line" ? 1 : 2);
  }

  paint() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame((now) => {
      this.pending = false;
      this.#frame(now);
    });
  }

  /** @param {number} now */
  #frame(now) {
    const width = this.kind === "line" ? this.view.clientWidth : Math.min(this.view.clientWidth, room(this.view)), height = this.kind === "line" ? LOW : width;
    if (!width || !this.painter) return;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    Object.assign(this.chooser.style, { width: `${width}px`, height: `${height}px` });
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    const moves = this.painter.paint(pen, { width, height, ratio }, this.layers, now);
    this.#overlay(pen, width, height);
    for (const [index, mark] of this.marks) this.#ring(pen, this.#place(this.at, index, width, height), mark);
    if (moves) this.paint();
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} width @param {number} height */
  #overlay(pen, width, height) {
    if (!this.over) return;
    const at = uint16(this.over.fake), colours = palette();
    pen.font = "600 12px " + getComputedStyle(this.canvas).fontFamily;
    for (const { at: indices, label, colour = "fake", thin = false } of this.over.paths) {
      const places = indices.map((index) => this.#place(at, index, width, height));
      pen.strokeStyle = pen.fillStyle = colours[colour];
      pen.lineWidth = thin ? 0.8 : 2;
      pen.beginPath();
      places.forEach(([x, y]) => pen.lineTo(x, y));
      pen.stroke();
      for (const [x, y] of thin ? [] : places) {
        pen.beginPath();
        pen.arc(x, y, 3.5, 0, 7);
        pen.fill();
      }
      const [x, y] = places[places.length - 1];
      pen.fillStyle = colours.ink;
      pen.textAlign = x > width - 60 ? "right" : "left";
      if (label) pen.fillText(label, x + (x > width - 60 ? -8 : 8), y - 6);
    }
  }

  /** As it is seen, with one of an answer's points marked: a frame of a way.  @param {CanvasRenderingContext2D} pen @param {string} fake @param {number} index */
  still(pen, fake, index) {
    const { width, height } = this.canvas;
    pen.drawImage(this.canvas, 0, 0);
    pen.lineWidth = width / 150;
    pen.strokeStyle = palette().paper;
    pen.fillStyle = palette().fake;
    pen.beginPath();
    pen.arc(...this.#place(uint16(fake), index, width, height), width / 60, 0, 7);
    pen.fill();
    pen.stroke();
  }

  /** @param {CanvasRenderingContext2D} pen @param {[number, number]} place @param {string} mark */
  #ring(pen, [x, y], mark) {
    pen.strokeStyle = pen.fillStyle = palette().ink;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(x, y, 8, 0, 7);
    pen.stroke();
    pen.font = "700 12px " + getComputedStyle(this.canvas).fontFamily;
    pen.textAlign = "center";
    if (mark !== "•") pen.fillText(mark, x, y - 13);
  }

  /** @param {Uint16Array} at @param {number} index @param {number} width @param {number} height @returns {[number, number]} */
  #place(at, index, width, height) {
    if (this.kind === "line") return [(at[index] / FULL) * width, height - FOOT];
    return [(at[2 * index] / FULL) * width, height - (at[2 * index + 1] / FULL) * height];
  }

  /** The sample nearest to a press.  @param {MouseEvent} event */
  #choose(event) {
    const box = this.canvas.getBoundingClientRect();
    let [best, least] = [0, Infinity];
    for (let i = 0; i < this.count; i++) {
      const [x, y] = this.#place(this.at, i, box.width, box.height);
      const far = (x - event.clientX + box.left) ** 2 + (this.kind === "line" ? 0 : (y - event.clientY + box.top) ** 2);
      if (far < least) [best, least] = [i, far];
    }
    this.pick(best);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way || !this.count) return;
    event.preventDefault();
    this.pick((this.focused + way + this.count) % this.count);
  }
}
