/** One dimension, after figure 1 of Goodfellow et al. 2014: the densities of real data and of fakes, and D's belief. */

import { palette } from "./colours.js";
import { bytes, uint16 } from "./message.js";
import { number } from "./words.js";

const BINS = 96;
const FULL = 65535;
const FOOT = 34;   // pixels below the axis, for the fakes themselves and for numbers
const HEAD = 20;

/**
 * @typedef {import("./stage.js").Size} Size
 * @typedef {import("./stage.js").Layers} Layers
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
    this.samples = new Uint16Array();
    /** @type {import("./message.js").Belief | null} */
    this.belief = null;
    this.curve = new Uint8Array();
  }

  /** @param {import("./message.js").LineShape} shape */
  real(shape) {
    [this.low, this.high] = [shape.low, shape.high];
    this.reals = density(uint16(shape.points ?? shape.fake));
  }

  /** @param {import("./message.js").LineShape} shape */
  show(shape) {
    [this.low, this.high] = [shape.low, shape.high];
    this.samples = uint16(shape.fake);
    this.fakes = density(this.samples);
    this.belief = shape.belief ?? null;
    this.curve = shape.belief ? bytes(shape.belief.data) : new Uint8Array();
  }

  /** @type {import("./stage.js").Painter["paint"]} */
  paint(pen, size, layers) {
    const colours = palette();
    const floor = size.height - FOOT;
    pen.font = "11px " + getComputedStyle(pen.canvas).fontFamily;
    const top = this.#top();
    if (this.belief && layers.belief) paintTint(pen, size, floor, this.curve, colours.belief);
    if (layers.real) paintDensity(pen, size, floor, this.reals, top, colours.real);
    if (layers.fake) paintDensity(pen, size, floor, this.fakes, top, colours.fake);
    if (this.belief && layers.belief) paintBelief(pen, size, floor, this.curve, colours);
    if (layers.fake) paintSamples(pen, size, floor, this.samples, colours.fake);
    this.#paintAxis(pen, size, floor, colours);
    return false;
  }

  layers() {
    /** @type {(keyof Layers)[]} */
    const there = ["real", "fake"];
    if (this.belief) there.push("belief");
    return there;
  }

  scale() {
    if (this.belief?.low === undefined || this.belief.high === undefined) return null;
    return { low: this.belief.low, high: this.belief.high };
  }

  words() {
    const off = this.reals.reduce((sum, value, i) => sum + Math.abs(value - this.fakes[i]), 0) / 2 / BINS;
    return `Densities of real data and of ${this.samples.length} fakes on a line; they overlap by ${Math.round(100 * (1 - off))} %`;
  }

  /** @param {number} x */
  at(x) {
    const place = `x ${number(this.low + x * (this.high - this.low))}`;
    const value = this.curve[Math.round(x * (this.curve.length - 1))];
    return value === undefined ? place : `${place}  belief ${number(value / 255)}`;
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
      pen.fillText(number(this.low + part * (this.high - this.low)), x, size.height - 8);
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
 * @param {number[]} values @param {number} top the density at the upper edge @param {string} colour
 */
function paintDensity(pen, size, floor, values, top, colour) {
  pen.beginPath();
  values.forEach((value, i) => pen.lineTo(((i + 0.5) / BINS) * size.width, floor - 1.5 - (value / top) * (floor - HEAD)));
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

/** @param {Pen} pen @param {Size} size @param {number} floor @param {Uint8Array} curve @param {Palette} colours */
function paintBelief(pen, size, floor, curve, colours) {
  const y = (/** @type {number} */ value) => floor - (value / 255) * (floor - HEAD);
  pen.lineWidth = 1;
  pen.strokeStyle = colours.quiet;
  pen.globalAlpha = 0.5;
  pen.setLineDash([1, 4]);
  pen.beginPath();
  pen.moveTo(0, y(128));
  pen.lineTo(size.width, y(128));
  pen.stroke();
  pen.globalAlpha = 1;
  pen.lineWidth = 1.75;
  pen.strokeStyle = colours.ink;
  pen.setLineDash([6, 4]);
  pen.beginPath();
  curve.forEach((value, i) => pen.lineTo((i / (curve.length - 1)) * size.width, y(value)));
  pen.stroke();
  pen.setLineDash([]);
  pen.textAlign = "right";
  pen.fillStyle = colours.quiet;
  pen.fillText("D: surely real", size.width - 8, y(255) - 4);
  pen.fillText("undecided", size.width - 8, y(128) - 4);
}

/** @param {Pen} pen @param {Size} size @param {number} floor @param {Uint16Array} at @param {string} colour */
function paintSamples(pen, size, floor, at, colour) {
  pen.fillStyle = colour;
  pen.globalAlpha = 0.35;
  for (const x of at) pen.fillRect((x / FULL) * size.width - 0.5, floor + 3, 1, 8);
  pen.globalAlpha = 1;
}
