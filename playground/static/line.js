/**
 * One dimension, after figure 1 of Goodfellow et al. 2014: the densities of real data and of fakes, D's belief and the best
 * possible one, and threads from z, evenly spread along the foot, to G(z).
 */

import { palette } from "./colours.js";
import { densities } from "./contours.js";
import { offer } from "./layers.js";
import { bytes, uint16 } from "./message.js";
import { number } from "./words.js";

const BINS = 96;
const FULL = 65535;
const FOOT = 34;   // pixels below the axis, for the fakes themselves and for numbers
const LOOM = 62;   // more of them, for the threads
const HEAD = 20;

/**
 * @typedef {import("./stage.js").Size} Size
 * @typedef {import("./layers.js").Layers} Layers
 * @typedef {import("./colours.js").Palette} Palette
 * @typedef {CanvasRenderingContext2D} Pen
 */

/** @implements {import("./stage.js").Painter} */
export class Line {
  constructor() {
    this.low = -1;
    this.high = 1;
    this.reals = density(new Uint16Array());
    this.fakes = density(new Uint16Array());
    this.nodes = false;  // whether densities are known at nodes, of which the outer ones lie on the edges, not in bins
    this.samples = new Uint16Array();
    /** @type {import("./message.js").Belief | null} */
    this.belief = null;
    this.curve = new Uint8Array();
    /** @type {Uint8Array | null} */
    this.optimal = null;
    this.threads = new Uint16Array();
    /** @type {string[]} */
    this.offered = [];
  }

  /** @param {import("./message.js").LineShape} shape */
  real(shape) {
    [this.low, this.high] = [shape.low, shape.high];
    this.reals = this.#densityOf(shape, shape.points ?? shape.fake);
    this.offered = shape.layers ?? ["belief"];
  }

  /** @param {import("./message.js").LineShape} shape */
  show(shape) {
    [this.low, this.high] = [shape.low, shape.high];
    this.samples = uint16(shape.fake);
    this.fakes = this.#densityOf(shape, shape.fake);
    this.belief = shape.belief ?? null;
    this.curve = shape.belief ? bytes(shape.belief.data) : new Uint8Array();
    this.optimal = shape.optimal ? bytes(shape.optimal.data) : null;
    this.threads = shape.threads ? uint16(shape.threads.to) : new Uint16Array();
  }

  /** Where the server sends a density, that one; else a histogram.  @param {import("./message.js").LineShape} shape @param {string} at */
  #densityOf(shape, at) {
    this.nodes = Boolean(shape.density);
    if (!shape.density) return density(uint16(at));
    const wide = this.high - this.low;
    return Array.from(densities(shape.density, bytes(shape.density.data)), (value) => value * wide);  // its mean is 1
  }

  /** @type {import("./stage.js").Painter["paint"]} */
  paint(pen, size, layers) {
    const colours = palette();
    const loom = layers.manifold && this.threads.length ? LOOM : 0;
    const floor = size.height - FOOT - loom;
    pen.font = "11px " + getComputedStyle(pen.canvas).fontFamily;
    const top = this.#top();
    if (this.belief && layers.belief) paintTint(pen, size, floor, this.curve, colours.belief);
    if (layers.real) paintDensity(pen, size, floor, this.reals, top, colours.real, this.nodes);
    if (layers.fake) paintDensity(pen, size, floor, this.fakes, top, colours.fake, this.nodes);
    if (layers.belief || layers.optimal) paintScale(pen, size, floor, colours);
    if (this.optimal && layers.optimal) paintBelief(pen, size, floor, this.optimal, colours.D, []);
    if (this.belief && layers.belief) paintBelief(pen, size, floor, this.curve, colours.ink, [6, 4]);
    if (layers.fake) paintSamples(pen, size, floor, this.samples, colours.fake);
    this.#paintAxis(pen, size, floor, colours);
    if (loom) paintThreads(pen, size, floor, this.threads, colours);
    return false;
  }

  layers() {
    return offer(this.offered).filter((layer) => layer !== "difference");
  }

  morph() {}

  scale() {
    if (this.belief?.low === undefined || this.belief.high === undefined) return null;
    return { low: this.belief.low, high: this.belief.high };
  }

  words() {
    const near = this.fakes.map((_, i) => this.reals[Math.floor((i * this.reals.length) / this.fakes.length)]);
    const off = near.reduce((sum, value, i) => sum + Math.abs(value - this.fakes[i]), 0) / 2 / this.fakes.length;
    return `Densities of real data and of ${this.samples.length} fakes on a line; they overlap by ${Math.round(100 * (1 - off))} %`;
  }

  /** @param {number} x */
  at(x) {
    const value = (/** @type {ArrayLike<number>} */ values) => values[Math.round(x * (values.length - 1))];
    const wide = this.high - this.low;
    const known = [`x ${number(this.low + x * wide)}`];
    if (this.curve.length) known.push(`D ${number(value(this.curve) / 255)}`);
    if (this.optimal) known.push(`D* ${number(value(this.optimal) / 255)}`);
    known.push(`p data ${number(value(this.reals) / wide)}`, `p G ${number(value(this.fakes) / wide)}`);
    return known.join("\n");
  }

  /** The density at the upper edge: a collapsed generator may leave the page, real data never do. */
  #top() {
    const real = Math.max(...this.reals), fake = Math.max(...this.fakes);
    return 1.15 * (real ? Math.min(Math.max(real, fake), 2.5 * real) : fake || 1);
  }

  /** @param {Pen} pen @param {Size} size @param {number} floor @param {Palette} colours */
  #paintAxis(pen, size, floor, colours) {
    pen.fillStyle = colours.rule;
    pen.fillRect(0, floor, size.width, 1);
    pen.fillStyle = colours.quiet;
    for (const part of [0, 0.25, 0.5, 0.75, 1]) {
      pen.textAlign = part === 0 ? "left" : part === 1 ? "right" : "center";
      const x = Math.min(size.width - 8, Math.max(8, part * size.width));
      pen.fillText(number(this.low + part * (this.high - this.low)), x, floor + FOOT - 8);
    }
  }
}

/** A histogram smoothed by (1 2 3 2 1)/9; its mean is 1.  @param {Uint16Array} at @returns {number[]} */
function density(at) {
  const counts = new Array(BINS).fill(0);
  for (const x of at) counts[Math.min(BINS - 1, Math.floor((x / (FULL + 1)) * BINS))] += BINS / at.length;
  const near = (/** @type {number} */ i) => counts[Math.min(BINS - 1, Math.max(0, i))];
  return counts.map((here, i) => (3 * here + 2 * (near(i - 1) + near(i + 1)) + near(i - 2) + near(i + 2)) / 9);
}

/**
 * @param {Pen} pen @param {Size} size @param {number} floor
 * @param {number[]} values @param {number} top the density at the upper edge @param {string} colour @param {boolean} nodes
 */
function paintDensity(pen, size, floor, values, top, colour, nodes) {
  const at = (/** @type {number} */ i) => (nodes ? i / (values.length - 1) : (i + 0.5) / values.length);
  pen.beginPath();
  values.forEach((value, i) => pen.lineTo(at(i) * size.width, floor - 1.5 - (value / top) * (floor - HEAD)));
  pen.strokeStyle = colour;
  pen.lineWidth = 2.25;
  pen.lineJoin = "round";
  pen.stroke();
  pen.lineTo(size.width, floor);
  pen.lineTo(0, floor);
  pen.fillStyle = colour;
  pen.globalAlpha = 0.16;
  pen.fill();
  pen.globalAlpha = 1;
}

/**
 * D's belief in the same colours as on the plane.
 *
 * @param {Pen} pen @param {Size} size @param {number} floor @param {Uint8Array} curve @param {Uint32Array} ramp
 */
function paintTint(pen, size, floor, curve, ramp) {
  const image = new ImageData(curve.length, 1);
  const out = new Uint32Array(image.data.buffer);
  curve.forEach((value, i) => (out[i] = ramp[value]));
  const small = document.createElement("canvas");
  small.width = curve.length;
  small.height = 1;
  small.getContext("2d")?.putImageData(image, 0, 0);
  pen.globalAlpha = 0.6;
  pen.drawImage(small, 0, 0, size.width, floor);
  pen.globalAlpha = 1;
}

/** Where a belief of 0..255 is drawn.  @param {number} floor @param {number} value */
const height = (floor, value) => floor - (value / 255) * (floor - HEAD);

/** @param {Pen} pen @param {Size} size @param {number} floor @param {Palette} colours */
function paintScale(pen, size, floor, colours) {
  pen.lineWidth = 1;
  pen.strokeStyle = colours.quiet;
  pen.globalAlpha = 0.5;
  pen.setLineDash([1, 4]);
  pen.beginPath();
  pen.moveTo(0, height(floor, 128));
  pen.lineTo(size.width, height(floor, 128));
  pen.stroke();
  pen.setLineDash([]);
  pen.globalAlpha = 1;
  pen.textAlign = "right";
  pen.fillStyle = colours.quiet;
  pen.fillText("D: surely real", size.width - 46, height(floor, 255) - 4);
  pen.fillText("undecided", size.width - 8, height(floor, 128) - 4);
}

/**
 * @param {Pen} pen @param {Size} size @param {number} floor
 * @param {Uint8Array} curve @param {string} colour @param {number[]} dash
 */
function paintBelief(pen, size, floor, curve, colour, dash) {
  pen.lineWidth = 1.75;
  pen.strokeStyle = colour;
  pen.setLineDash(dash);
  pen.beginPath();
  curve.forEach((value, i) => pen.lineTo((i / (curve.length - 1)) * size.width, height(floor, value)));
  pen.stroke();
  pen.setLineDash([]);
}

/** From z, evenly likely along the foot, up to G(z) on the axis.  @param {Pen} pen @param {Size} size @param {number} floor @param {Uint16Array} to @param {Palette} colours */
function paintThreads(pen, size, floor, to, colours) {
  const foot = size.height - 12;
  pen.strokeStyle = colours.fake;
  pen.lineWidth = 1;
  pen.globalAlpha = 0.45;
  pen.beginPath();
  to.forEach((at, i) => {
    pen.moveTo(((i + 0.5) / to.length) * size.width, foot);
    pen.lineTo((at / FULL) * size.width, floor + FOOT);
  });
  pen.stroke();
  pen.globalAlpha = 1;
  pen.fillStyle = colours.quiet;
  pen.textAlign = "left";
  pen.fillText("z", 8, size.height - 1);
  pen.fillText("G(z)", 8, floor + FOOT + 10);
}

/** @param {Pen} pen @param {Size} size @param {number} floor @param {Uint16Array} at @param {string} colour */
function paintSamples(pen, size, floor, at, colour) {
  pen.fillStyle = colour;
  pen.globalAlpha = 0.35;
  for (const x of at) pen.fillRect((x / FULL) * size.width - 0.5, floor + 3, 1, 8);
  pen.globalAlpha = 1;
}
