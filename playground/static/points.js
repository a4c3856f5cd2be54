/** The plane: a heat map, real points, fakes that glide, the step that each is asked to take, and what else is switched on. */

import { palette } from "./colours.js";
import { densities, paintContours } from "./contours.js";
import { between, cellsOf, paintHeat } from "./heat.js";
import { heatOf, offer } from "./layers.js";
import { Manifold } from "./manifold.js";
import { bytes, int16, uint16 } from "./message.js";
import { number } from "./words.js";

const GLIDE = 100;         // ms from one picture to the next
const FULL = 65535;        // a quantised coordinate at the right or upper edge
const ARROW = 4 * 32767;   // a quantised arrow as long as the stage is wide
const MOST_ARROWS = 250;   // more would hide what they point at
const THICK = 1.6;         // half an arrow's width at its foot, in pixels

/**
 * @typedef {import("./stage.js").Size} Size
 * @typedef {import("./layers.js").Layers} Layers
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
    /** @type {Uint8Array | null} */
    this.belief = null;
    /** @type {Uint8Array | null} */
    this.optimal = null;
    /** @type {Uint8Array | null} */
    this.there = null;     // where there is anything for the best D to tell apart
    /** @type {Record<"real" | "fake", Float32Array | null>} */
    this.density = { real: null, fake: null };
    this.peak = 1;         // of the data's density
    /** @type {string[]} */
    this.offered = [];     // layers besides real and fake
    this.range = null;     // D's lowest and highest score
    this.manifold = new Manifold();
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
    this.density.real = shape.density ? densities(shape.density, bytes(shape.density.data)) : null;
    this.peak = this.density.real ? Math.max(...this.density.real) : 1;
    this.offered = shape.layers ?? ["belief", "gradients"];
    this.realSets++;
  }

  /** @param {import("./message.js").PointsShape} shape @param {boolean} [jump] from another time: nothing glides */
  show(shape, jump = false) {
    [this.low, this.high] = [shape.low, shape.high];
    const now = performance.now();
    this.from = this.#between(now);
    this.fakes = uint16(shape.fake);
    if (this.from.length !== this.fakes.length || jump || still()) this.from = this.fakes;
    this.started = now - GLIDE / 2;  // the first frame already shows half of the way: two frames a picture are enough
    this.arrows = shape.arrows ? int16(shape.arrows) : null;
    this.belief = shape.belief ? bytes(shape.belief.data) : null;
    this.range = shape.belief?.low === undefined ? null : { low: shape.belief.low, high: shape.belief.high };
    this.optimal = shape.optimal ? bytes(shape.optimal.data) : null;
    this.there = shape.optimal?.there ? bytes(shape.optimal.there) : null;
    this.density.fake = shape.density ? densities(shape.density, bytes(shape.density.data)) : null;
    this.manifold.show(shape.manifold, shape.manifold && uint16(shape.manifold.data));
    this.pictures++;
  }

  /** @type {import("./stage.js").Painter["paint"]} */
  paint(pen, size, layers, now) {
    pen.drawImage(this.#wallOf(size, layers), 0, 0, size.width, size.height);
    const bends = layers.manifold && this.manifold.paint(pen, size, palette().fake, now);
    if (!layers.fake) return bends;
    const at = this.#between(now);
    if (this.arrows && layers.gradients) paintArrows(pen, size, at, this.arrows);
    paintDots(pen, size, at, palette().fake, dotRadius(size, at.length));
    paintAbsent(pen, size, this.fakes);
    return bends || (now - this.started < GLIDE && this.from !== this.fakes);
  }

  layers() {
    return offer(this.offered);
  }

  scale() {
    return this.range;
  }

  morph() {
    this.manifold.morph();
  }

  words() {
    const [fakes, reals] = [this.fakes.length / 2, this.reals.length / 2];
    let believed = 0;
    for (let i = 0; this.belief && i < this.fakes.length; i += 2) {
      if (between(this.belief, this.fakes[i] / FULL, this.fakes[i + 1] / FULL) > 128) believed++;
    }
    const share = this.belief && fakes ? `; D takes ${Math.round((100 * believed) / fakes)} % of the fakes for real` : "";
    return `A plane with ${reals} real points and ${fakes} fakes${share}`;
  }

  /** All that is known of a place.  @param {number} x @param {number} y */
  at(x, y) {
    const wide = this.high - this.low;
    const known = [`x ${number(this.low + x * wide)}  y ${number(this.low + y * wide)}`];
    if (this.belief) known.push(`D ${number(between(this.belief, x, y) / 255)}`);
    if (this.optimal) known.push(`D* ${number(between(this.optimal, x, y) / 255)}`);
    if (this.density.real) known.push(`p data ${number(between(this.density.real, x, y))}`);
    if (this.density.fake) known.push(`p G ${number(between(this.density.fake, x, y))}`);
    if (this.belief) known.push(`∇D ${this.#slope(this.belief, x, y).map(number).join(", ")}`);
    return known.join("\n");
  }

  /** How D's belief rises to the right and upwards.  @param {Uint8Array} cells @param {number} x @param {number} y */
  #slope(cells, x, y) {
    const step = 1 / (Math.sqrt(cells.length) - 1), wide = 2 * step * (this.high - this.low) * 255;
    return [
      (between(cells, x + step, y) - between(cells, x - step, y)) / wide,
      (between(cells, x, y + step) - between(cells, x, y - step)) / wide,
    ];
  }

  /** Where the fakes are at this moment of their glide.  @param {number} now */
  #between(now) {
    const part = (now - this.started) / GLIDE;
    if (part >= 1 || this.from === this.fakes) return this.fakes;
    return this.fakes.map((to, i) => this.from[i] + Math.max(0, part) * (to - this.from[i]));
  }

  /** All that does not glide, painted once per picture.  @param {Size} size @param {Layers} layers */
  #wallOf(size, layers) {
    const colours = palette(), heat = heatOf(layers);
    const dots = () => this.realDots.get([this.realSets, colours.paper], size, (pen) =>
      paintDots(pen, size, this.reals, colours.real, dotRadius(size, this.reals.length), 0.8));
    return this.wall.get([this.pictures, this.realSets, layers.real, heat, layers.density, colours.paper], size, (pen) => {
      const cells = cellsOf(heat, this.belief, this.optimal, this.there);
      if (cells) paintHeat(pen, size, cells, colours.belief);
      if (layers.density && this.density.real) paintContours(pen, size, this.density.real, this.peak, colours.real);
      if (layers.density && this.density.fake) paintContours(pen, size, this.density.fake, this.peak, colours.fake);
      if (layers.real) pen.drawImage(dots(), 0, 0, size.width, size.height);
    });
  }
}

/** Fakes that have left the square are said to have.  @param {Pen} pen @param {Size} size @param {Uint16Array} at */
function paintAbsent(pen, size, at) {
  let absent = 0;
  for (let i = 0; i < at.length; i += 2) {
    if (at[i] === 0 || at[i] === FULL || at[i + 1] === 0 || at[i + 1] === FULL) absent++;
  }
  if (!at.length || absent < at.length / 20) return;  // one in ten
  pen.font = "600 13px " + getComputedStyle(pen.canvas).fontFamily;
  pen.fillStyle = palette().fake;
  pen.textAlign = "left";
  pen.fillText(`${Math.round((200 * absent) / at.length)} % of the fakes are outside`, 10, size.height - 12);
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
  const stride = 2 * Math.max(1, Math.ceil(at.length / 2 / MOST_ARROWS));
  for (let i = 0; i < at.length; i += stride) {
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
