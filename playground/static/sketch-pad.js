/** The pad: a sheet of white paper, a pen or an eraser, and what was drawn before. */

import { SIDE } from "./ink.js";
import { listenToKeys, listenToPointers } from "./brush.js";
import { USUAL_PEN } from "./sketch-drawings.js";
import { BLANK, PEN_ON_PAPER, Sheet, penOf } from "./sketch-sheet.js";
import { Past } from "./undo.js";

const SHARPEST = 2;  // pixels of the canvas to one of the page
const NEAR = 1 / 1000;  // a step shorter than this share of the side is none

/** @typedef {import("./sketch-strokes.js").Stroke} Stroke */

export class Pad {
  /**
   * @param {HTMLCanvasElement} canvas @param {(done: boolean) => void} changed while the pen is down, and when something is done
   */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    this.sheet = new Sheet(canvas);
    this.past = new Past(BLANK);
    this.medium = PEN_ON_PAPER;
    this.smooth = true;
    this.draws = true;  // whether one can draw on it
    this.rubs = false;  // which tool is at hand
    this.widths = { pen: USUAL_PEN, eraser: 0.08 };
    /** @type {Stroke | null} that is being drawn */
    this.live = null;
    /** @type {import("./ink.js").Place | null} where the brush is held */
    this.at = null;
    this.due = 0;
    const hand = {
      start: (/** @type {boolean} */ rubs) => this.#start(rubs),
      move: (/** @type {any} */ _, /** @type {import("./ink.js").Place} */ to, /** @type {number} */ pressure) => this.#move(to, pressure),
      end: () => this.#end(),
      hover: (/** @type {import("./ink.js").Place | null} */ at) => {
        this.at = at;
        this.repaint();
      },
    };
    listenToPointers(canvas, hand);
    listenToKeys(canvas, hand);
    new ResizeObserver(() => this.#fit()).observe(canvas);
  }

  /** What is on it now, the stroke that is being drawn included.  @returns {import("./sketch-sheet.js").Drawing} */
  get drawing() {
    const { ground, strokes } = this.past.now;
    return { ground, strokes: this.live?.points.length ? [...strokes, this.live] : strokes };
  }

  /** Something else is on it; what was there can be had back, unless nothing ever was.  @param {import("./sketch-sheet.js").Drawing} drawing */
  lay(drawing) {
    this.live = null;
    if (this.past.now === BLANK && !this.past.before.length) this.past.now = drawing;
    else this.past.go(drawing);
    this.#done();
  }

  undo() {
    if (!this.live && this.past.undo()) this.#done();
  }

  redo() {
    if (!this.live && this.past.redo()) this.#done();
  }

  #done() {
    this.repaint();
    this.changed(true);
  }

  /** @param {boolean} rubs */
  #start(rubs) {
    if (!this.draws) return;
    const erases = rubs || this.rubs;
    this.live = { rubs: erases, width: erases ? this.widths.eraser : this.widths.pen, points: [] };
  }

  /** @param {import("./ink.js").Place} to in squares @param {number} pressure */
  #move(to, pressure) {
    if (!this.live) return;
    const { points } = this.live, [x, y] = [to[0] / SIDE, to[1] / SIDE], last = points.at(-1);
    if (last && points.length > 1 && Math.hypot(x - last[0], y - last[1]) < NEAR) return;
    points.push([x, y, 0.5 + pressure]);
    this.repaint();
    this.changed(false);
  }

  #end() {
    const stroke = this.live;
    this.live = null;
    if (!stroke?.points.length) return;
    this.past.go({ ...this.past.now, strokes: [...this.past.now.strokes, stroke] });
    this.#done();
  }

  #fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, SHARPEST);
    this.sheet.resize(Math.max(1, Math.round(this.canvas.clientWidth * ratio)));
    this.#paint();
  }

  repaint() {
    this.due ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    cancelAnimationFrame(this.due);
    this.due = 0;
    this.sheet.paint(this.past.now, this.medium, { live: this.live?.points.length ? this.live : null, smooth: this.smooth });
    if (this.at && this.draws) this.#ring(this.at);
  }

  /** How wide the tool is.  @param {import("./ink.js").Place} at */
  #ring([x, y]) {
    const pen = penOf(this.canvas), side = this.canvas.width;
    pen.beginPath();
    pen.arc((x / SIDE) * side, (y / SIDE) * side, ((this.rubs ? this.widths.eraser : this.widths.pen) / 2) * side + 1, 0, 7);
    pen.lineWidth = Math.max(1, side / 400);
    pen.strokeStyle = this.rubs ? "#c2410c" : "#64748b";
    pen.stroke();
  }
}
