/** A drawing as a value, and as a picture: strokes over what lies beneath them, at any size. */

import { paintStroke } from "./sketch-strokes.js";

/**
 * @typedef {HTMLImageElement | HTMLCanvasElement | ImageBitmap} Picture
 * @typedef {{of: string, title: string}} Made who made a picture: a model by its id, and what a person calls it
 * @typedef {{picture: Picture, truth: Picture | null, of?: string, made?: Made}} Ground what lies beneath: a picture that was brought or
 *   given; truth: what the data say it should become; of: of which translation they say so; made: by a model, not by the data
 * @typedef {{ground: Ground | null, strokes: import("./sketch-strokes.js").Stroke[]}} Drawing
 * @typedef {object} Medium what one works with
 * @property {string} ink the colour of the pen
 * @property {boolean} restores whether the eraser brings back what lies beneath; else it leaves white paper
 */

/** @type {Drawing} */
export const BLANK = { ground: null, strokes: [] };

/** @type {Medium} */
export const PEN_ON_PAPER = { ink: "#000", restores: false };
/** @type {Medium} the grey of a hole, as the data have it */
export const HOLES = { ink: "#808080", restores: true };

/** @param {number} side @returns {HTMLCanvasElement} */
export function canvasOf(side) {
  return Object.assign(document.createElement("canvas"), { width: side, height: side });
}

/** @param {HTMLCanvasElement} canvas */
export const penOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** Paints one drawing after another on a canvas; strokes that were there the last time need not be painted again. */
export class Sheet {
  /** @param {HTMLCanvasElement} canvas a square */
  constructor(canvas) {
    this.canvas = canvas;
    this.layer = canvasOf(canvas.width);  // the strokes alone
    /** @type {{stroke: import("./sketch-strokes.js").Stroke, length: number}[]} what is on the layer; a stroke may have grown since */
    this.painted = [];
    this.medium = PEN_ON_PAPER;
  }

  /** @param {number} side in pixels */
  resize(side) {
    this.canvas.width = this.canvas.height = side;
    this.#wipe();
  }

  #wipe() {
    this.layer = canvasOf(this.canvas.width);
    this.painted = [];
  }

  /**
   * @param {Drawing} drawing @param {Medium} medium
   * @param {{live?: import("./sketch-strokes.js").Stroke | null, smooth?: boolean}} [options] live: the stroke that is being drawn
   */
  paint({ ground, strokes }, medium, { live = null, smooth = true } = {}) {
    const side = this.canvas.width, pen = penOf(this.canvas);
    const same = this.painted.every(({ stroke, length }, i) => stroke === strokes[i] && length === stroke.points.length);
    if (medium !== this.medium || !same) this.#wipe();
    this.medium = medium;
    const layer = penOf(this.layer);
    for (const stroke of strokes.slice(this.painted.length)) lay(layer, stroke, medium, side);
    this.painted = strokes.map((stroke) => ({ stroke, length: stroke.points.length }));
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, side, side);
    if (ground) {
      pen.imageSmoothingEnabled = smooth;
      pen.imageSmoothingQuality = "high";
      pen.drawImage(ground.picture, 0, 0, side, side);
    }
    if (!live) return pen.drawImage(this.layer, 0, 0);
    const above = canvasOf(side);
    penOf(above).drawImage(this.layer, 0, 0);
    lay(penOf(above), live, medium, side);
    pen.drawImage(above, 0, 0);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {import("./sketch-strokes.js").Stroke} stroke @param {Medium} medium @param {number} side */
function lay(pen, stroke, { ink, restores }, side) {
  pen.globalCompositeOperation = stroke.rubs && restores ? "destination-out" : "source-over";
  pen.strokeStyle = stroke.rubs ? "#fff" : ink;
  paintStroke(pen, stroke, side);
}
