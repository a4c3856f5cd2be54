/** The plane: what D believes, real points, fakes that glide, and the step that each fake is asked to take. */

import { palette } from "./colours.js";
import { bytes, int16, uint16 } from "./message.js";
import { number } from "./words.js";

const GLIDE = 100;         // ms from one picture to the next
const FULL = 65535;        // a quantised coordinate at the right or upper edge
const ARROW = 4 * 32767;   // a quantised arrow as long as the stage is wide
const THICK = 1.6;         // half an arrow's width at its foot, in pixels

/**
 * @typedef {import("./stage.js").Size} Size
 * @typedef {import("./stage.js").Layers} Layers
 * @typedef {CanvasRenderingContext2D} Pen
 */

/** @implements {import("./stage.js").Painter} */
export class Points {
  constructor() {
    this.low = -1;
    this.high = 1;
    this.reals = new Uint16Array();
    this.from = this.fakes = new Uint16Array();
    /** @type {Int16Array | null} */
    this.arrows = null;
    /** @type {import("./message.js").Belief | null} */
    this.belief = null;
    this.cells = new Uint8Array();
    this.started = 0;      // when the glide began
    this.pictures = 0;     // how many came, and how many sets of real points
    this.realSets = 0;
    this.wall = new Kept();
    this.realDots = new Kept();
  }

  /** @param {import("./message.js").PointsShape} shape */
  real(shape) {
    [this.low, this.high] = [shape.low, shape.high];
    this.reals = uint16(shape.points ?? shape.fake);
    this.realSets++;
  }

  /** @param {import("./message.js").PointsShape} shape */
  show(shape) {
    [this.low, this.high] = [shape.low, shape.high];
    const now = performance.now();
    this.from = this.#between(now);
    this.fakes = uint16(shape.fake);
    if (this.from.length !== this.fakes.length || still()) this.from = this.fakes;
    this.started = now - GLIDE / 2;  // the first frame already shows half of the way: two frames a picture are enough
    this.arrows = shape.arrows ? int16(shape.arrows) : null;
    this.belief = shape.belief ?? null;
    this.cells = shape.belief ? bytes(shape.belief.data) : this.cells;
    this.pictures++;
  }

  /** @type {import("./stage.js").Painter["paint"]} */
  paint(pen, size, layers, now) {
    pen.drawImage(this.#wallOf(size, layers), 0, 0, size.width, size.height);
    if (!layers.fake) return false;
    const at = this.#between(now);
    if (this.arrows && layers.gradients) paintArrows(pen, size, at, this.arrows);
    paintDots(pen, size, at, palette().fake, dotRadius(size, at.length));
    return now - this.started < GLIDE && this.from !== this.fakes;
  }

  layers() {
    /** @type {(keyof Layers)[]} */
    const there = ["real", "fake"];
    if (this.belief) there.push("belief");
    if (this.arrows) there.push("gradients");
    return there;
  }

  scale() {
    if (this.belief?.low === undefined || this.belief.high === undefined) return null;
    return { low: this.belief.low, high: this.belief.high };
  }

  words() {
    const [fakes, reals] = [this.fakes.length / 2, this.reals.length / 2];
    let believed = 0;
    for (let i = 0; i < this.fakes.length; i += 2) {
      if (this.#cell(this.fakes[i] / FULL, this.fakes[i + 1] / FULL) > 128) believed++;
    }
    const share = this.belief && fakes ? `; D takes ${Math.round((100 * believed) / fakes)} % of the fakes for real` : "";
    return `A plane with ${reals} real points and ${fakes} fakes${share}`;
  }

  /** @param {number} x @param {number} y */
  at(x, y) {
    const wide = this.high - this.low;
    const place = `x ${number(this.low + x * wide)}  y ${number(this.low + y * wide)}`;
    return this.belief ? `${place}  belief ${number(this.#cell(x, y) / 255)}` : place;
  }

  /** D's belief at a place in 0..1.  @param {number} x @param {number} y */
  #cell(x, y) {
    const last = (this.belief?.n ?? 1) - 1;
    return this.cells[Math.round(y * last) * (last + 1) + Math.round(x * last)] ?? 128;
  }

  /** Where the fakes are at this moment of their glide.  @param {number} now */
  #between(now) {
    const part = (now - this.started) / GLIDE;
    if (part >= 1 || this.from === this.fakes) return this.fakes;
    return this.fakes.map((to, i) => this.from[i] + Math.max(0, part) * (to - this.from[i]));
  }

  /** All that does not glide, painted once per picture.  @param {Size} size @param {Layers} layers */
  #wallOf(size, layers) {
    const colours = palette();
    const dots = () => this.realDots.get([this.realSets, colours.paper], size, (pen) =>
      paintDots(pen, size, this.reals, colours.real, dotRadius(size, this.reals.length), 0.8));
    return this.wall.get([this.pictures, this.realSets, layers.real, layers.belief, colours.paper], size, (pen) => {
      if (this.belief && layers.belief) paintBelief(pen, size, this.belief.n, this.cells, colours.belief);
      if (layers.real) pen.drawImage(dots(), 0, 0, size.width, size.height);
    });
  }
}

/** A picture that is painted anew only when its reasons or its size change. */
class Kept {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.key = "";
  }

  /** @param {unknown[]} reasons @param {Size} size @param {(pen: Pen) => void} paint @returns {HTMLCanvasElement} */
  get(reasons, size, paint) {
    const key = [...reasons, size.width, size.height, size.ratio].join();
    if (key === this.key) return this.canvas;
    this.key = key;
    this.canvas.width = size.width * size.ratio;
    this.canvas.height = size.height * size.ratio;
    const pen = /** @type {Pen} */ (this.canvas.getContext("2d"));
    pen.scale(size.ratio, size.ratio);
    paint(pen);
    return this.canvas;
  }
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Smaller dots where there are many.  @param {Size} size @param {number} numbers */
function dotRadius(size, numbers) {
  const crowd = numbers > 2400 ? 0.75 : 1;
  return crowd * Math.max(1.9, Math.min(3.2, size.width / 190));
}

/**
 * The grid's first and last cells lie on the edges, so half a cell around is cut off.
 *
 * @param {Pen} pen @param {Size} size
 * @param {number} n @param {Uint8Array} cells n*n, row 0 at the bottom @param {Uint32Array} ramp
 */
function paintBelief(pen, size, n, cells, ramp) {
  const image = new ImageData(n, n);
  const out = new Uint32Array(image.data.buffer);
  for (let row = 0; row < n; row++) {
    for (let col = 0; col < n; col++) out[(n - 1 - row) * n + col] = ramp[cells[row * n + col]];
  }
  const small = document.createElement("canvas");
  small.width = small.height = n;
  small.getContext("2d")?.putImageData(image, 0, 0);
  pen.drawImage(small, 0.5, 0.5, n - 1, n - 1, 0, 0, size.width, size.height);
}

/**
 * One little picture stamped many times: far cheaper than as many arcs.
 *
 * @param {Pen} pen @param {Size} size
 * @param {Uint16Array} at x, y, x, y, ... @param {string} colour @param {number} radius @param {number} [opacity]
 */
function paintDots(pen, size, at, colour, radius, opacity = 1) {
  const reach = Math.ceil(radius) + 1;
  const stamp = document.createElement("canvas");
  stamp.width = stamp.height = 2 * reach * size.ratio;
  const ink = /** @type {CanvasRenderingContext2D} */ (stamp.getContext("2d"));
  ink.scale(size.ratio, size.ratio);
  ink.arc(reach, reach, radius, 0, 7);
  ink.fillStyle = colour;
  ink.fill();
  ink.strokeStyle = palette().paper;
  ink.lineWidth = 0.8;
  ink.stroke();
  pen.globalAlpha = opacity;
  const [sx, sy] = [size.width / FULL, size.height / FULL];
  for (let i = 0; i < at.length; i += 2) {
    pen.drawImage(stamp, at[i] * sx - reach, size.height - at[i + 1] * sy - reach, 2 * reach, 2 * reach);
  }
  pen.globalAlpha = 1;
}

/**
 * @param {Pen} pen @param {Size} size
 * @param {Uint16Array} at @param {Int16Array} arrows dx, dy of each
 */
function paintArrows(pen, size, at, arrows) {
  const unit = size.width / ARROW;
  pen.fillStyle = palette().gradient;
  pen.beginPath();
  for (let i = 0; i < at.length; i += 2) {
    const dx = arrows[i] * unit, dy = -arrows[i + 1] * unit;
    const length = Math.hypot(dx, dy);
    if (length < 1) continue;
    const x = (at[i] / FULL) * size.width, y = size.height - (at[i + 1] / FULL) * size.height;
    const nx = (-dy / length) * THICK, ny = (dx / length) * THICK;
    pen.moveTo(x + nx, y + ny);
    pen.lineTo(x + dx, y + dy);
    pen.lineTo(x - nx, y - ny);
  }
  pen.fill();
}
