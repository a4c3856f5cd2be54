/** Drawings to start from, as strokes: lists of places in squares from the upper left corner. */

import { SIDE } from "./ink.js";

/** @typedef {import("./ink.js").Place} Place */

const FINE = 96;  // pieces of a curve
const HALF = SIDE / 2;

/** A curve over t in 0..1 in a square from -1 to 1 with y upwards.  @param {(t: number) => Place} at @returns {Place[]} */
function curve(at) {
  return Array.from({ length: FINE + 1 }, (_, i) => {
    const [x, y] = at(i / FINE);
    return [HALF * (1 + x), HALF * (1 - y)];
  });
}

/** @param {number} x @param {number} y @param {number} radius @param {number} from @param {number} to in turns @returns {Place[]} */
const arc = (x, y, radius, from, to) =>
  curve((t) => {
    const angle = 2 * Math.PI * (from + t * (to - from));
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });

/** @param {Place} place @returns {Place[]} */
const dot = ([x, y]) => curve(() => [x, y]);

/** @param {number} arm 0 or 1 @returns {Place[]} */
const spiral = (arm) =>
  curve((t) => {
    const angle = 2 * Math.PI * (1.25 * t + arm / 2), out = 0.08 + 0.75 * t;
    return [out * Math.cos(angle), out * Math.sin(angle)];
  });

/** @type {Record<string, Place[][]>} */
export const STAMPS = {
  ring: [arc(0, 0, 0.75, 0, 1)],
  smiley: [arc(0, 0, 0.8, 0, 1), dot([-0.28, 0.25]), dot([0.28, 0.25]), arc(0, -0.1, 0.45, 0.5, 1)],
  heart: [curve((t) => {
    const a = 2 * Math.PI * t;
    return [0.8 * Math.sin(a) ** 3, 0.05 + 0.05 * (13 * Math.cos(a) - 5 * Math.cos(2 * a) - 2 * Math.cos(3 * a) - Math.cos(4 * a))];
  })],
  moons: [arc(-0.28, -0.12, 0.55, 0, 0.5), arc(0.28, 0.12, 0.55, 0.5, 1)],
  spiral: [spiral(0), spiral(1)],
};
