/** The picture of a drawing: its density in the colour of real data, and the brush as a circle. */

import { onTheme, palette } from "./colours.js";
import { SIDE } from "./ink.js";

const FINE = 128;      // the density's grid along a side
const FAINT = 0.6;     // an exponent below 1 shows rare places too

/** @typedef {import("./ink.js").Ink} Ink @typedef {import("./ink.js").Place} Place */

export class Sheet {
  /** @param {HTMLCanvasElement} canvas @param {() => Look} look what to show */
  constructor(canvas, look) {
    /** @typedef {{ink: Ink, sigma: number, radius: number, rubs: boolean, at: Place | null}} Look sigma and radius in squares */
    this.canvas = canvas;
    this.look = look;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.small = document.createElement("canvas");
    this.small.width = this.small.height = FINE;
    this.pending = false;
    this.stale = true;  // the density is of an older drawing
    new ResizeObserver(() => this.repaint()).observe(canvas);
    onTheme(this, (sheet) => sheet.changed());
  }

  /** The ink or its blur is another. */
  changed() {
    this.stale = true;
    this.repaint();
  }

  repaint() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    this.pending = false;
    const side = this.#fit();
    if (!side) return;
    const look = this.look();
    if (this.stale) this.#density(look);
    this.stale = false;
    this.pen.clearRect(0, 0, side, side);
    this.#axes(side);
    this.pen.imageSmoothingEnabled = true;
    this.pen.drawImage(this.small, 0, 0, side, side);
    if (look.at) this.#brush(look.at, look.radius, look.rubs, side / SIDE);
  }

  /** Device pixels for the space the page gives us.  @returns {number} the side in CSS pixels */
  #fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2), side = this.canvas.clientWidth;
    const pixels = Math.round(side * ratio);
    if (this.canvas.width !== pixels) this.canvas.width = this.canvas.height = pixels;
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return side;
  }

  /** @param {Look} look */
  #density({ ink, sigma }) {
    const density = ink.density(FINE, sigma), most = density.reduce((one, other) => Math.max(one, other), 0) || 1;
    const image = new ImageData(FINE, FINE), out = new Uint32Array(image.data.buffer);
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(palette().real.slice(at, at + 2), 16));
    const colour = (b << 16) | (g << 8) | r;
    for (let i = 0; i < density.length; i++) out[i] = (Math.round(255 * (density[i] / most) ** FAINT) << 24) | colour;
    this.small.getContext("2d")?.putImageData(image, 0, 0);
  }

  /** @param {number} side */
  #axes(side) {
    this.pen.strokeStyle = palette().rule;
    this.pen.lineWidth = 1;
    const middle = Math.round(side / 2) + 0.5;
    this.pen.beginPath();
    this.pen.moveTo(middle, 0);
    this.pen.lineTo(middle, side);
    this.pen.moveTo(0, middle);
    this.pen.lineTo(side, middle);
    this.pen.stroke();
  }

  /** @param {Place} at @param {number} radius @param {boolean} rubs @param {number} scale */
  #brush([x, y], radius, rubs, scale) {
    this.pen.setLineDash(rubs ? [3, 3] : []);
    this.pen.strokeStyle = palette().ink;
    this.pen.lineWidth = 1.25;
    this.pen.beginPath();
    this.pen.arc(x * scale, y * scale, Math.max(2, radius * scale), 0, 7);
    this.pen.stroke();
    this.pen.setLineDash([]);
  }
}
