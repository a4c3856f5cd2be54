/**
 * A file of points: two numbers in each line, between them commas, semicolons, tabs or spaces; a header if there is one,
 * empty lines and lines that start with # count for nothing. Where semicolons or tabs separate, a comma may be a decimal point.
 */

import { Ink, SIDE, levelOf } from "./ink.js";

export const MOST_ROWS = 100_000;
export const LARGEST = 16 * 2 ** 20;  // bytes
const MARGIN = 0.05;                  // of the sheet, on each side

/** What is wrong with a file, in one sentence for a person. */
export class BadFile extends Error {}

/** @typedef {import("./ink.js").Place} Place */

/**
 * The points of a text.  BadFile, naming the line, if it is not what we read.
 *
 * @param {string} text @returns {Place[]} x to the right, y upwards
 */
export function points(text) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const filled = lines.findIndex(counts);
  if (filled < 0) throw new BadFile("This file is empty; it needs lines with two numbers, x and y.");
  const separator = separatorOf(lines[filled]);
  const header = cells(lines[filled], separator).every((cell) => Number.isNaN(number(cell, separator)));
  /** @type {Place[]} */
  const found = [];
  for (let i = filled + (header ? 1 : 0); i < lines.length; i++) {
    if (!counts(lines[i])) continue;
    found.push(point(lines[i], i + 1, separator));
    if (found.length > MOST_ROWS) throw new BadFile(`This file has more than ${MOST_ROWS.toLocaleString("en")} points; bring a part of them.`);
  }
  if (!found.length) throw new BadFile("This file has a header but no points; it needs lines with two numbers, x and y.");
  return found;
}

/** @param {string} line */
const counts = (line) => line.trim() !== "" && !line.trim().startsWith("#");

/** @param {string} line @returns {RegExp} */
function separatorOf(line) {
  if (line.includes(";")) return /;/;
  if (line.trim().includes("\t")) return /\t/;
  return line.includes(",") ? /,/ : /\s+/;
}

/** @param {string} line @param {RegExp} separator @returns {string[]} */
const cells = (line, separator) => line.trim().split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1").trim());

/** @param {string} cell @param {RegExp} separator */
function number(cell, separator) {
  const plain = separator.source === "," ? cell : cell.replace(",", ".");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/** @param {string} line @param {number} at which line of the file @param {RegExp} separator @returns {Place} */
function point(line, at, separator) {
  const found = cells(line, separator);
  if (found.length !== 2) {
    const columns = found.length === 1 ? "1 column" : `${found.length} columns`;
    throw new BadFile(`Line ${at} of this file has ${columns}; it must have two, x and y.`);
  }
  const [x, y] = found.map((cell) => number(cell, separator));
  if (!Number.isFinite(x) || !Number.isFinite(y)) {
    const wrong = found[Number.isFinite(x) ? 1 : 0];
    throw new BadFile(`Line ${at} of this file has ${wrong === "" ? "nothing" : `“${wrong.slice(0, 20)}”`} where a number must be.`);
  }
  return [x, y];
}

/**
 * Points as ink: moved and scaled into the sheet with their proportions kept, counted in squares.
 *
 * @param {Place[]} places @returns {Ink}
 */
export function inkOf(places) {
  const [x, y] = [0, 1].map((axis) => extent(places, axis));
  const wide = Math.max(x.half, y.half);
  const scale = wide > Number.MIN_VALUE * 2 ** 60 ? ((1 - 2 * MARGIN) * SIDE) / 2 / wide : 0;  // points all in one place
  const counted = new Float64Array(SIDE * SIDE);
  for (const place of places) {
    const column = (place[0] - x.middle) * scale + SIDE / 2, row = SIDE / 2 - (place[1] - y.middle) * scale;
    counted[Math.floor(row) * SIDE + Math.floor(column)]++;
  }
  const most = counted.reduce((one, other) => Math.max(one, other));
  return new Ink(Uint8Array.from(counted, (count) => (count ? Math.max(1, levelOf(count / most)) : 0)));
}

/** Halved before they are added, so that the largest numbers there are do not overflow.  @param {Place[]} places @param {number} axis */
function extent(places, axis) {
  let low = Infinity, high = -Infinity;
  for (const place of places) [low, high] = [Math.min(low, place[axis]), Math.max(high, place[axis])];
  return { middle: low / 2 + high / 2, half: high / 2 - low / 2 };
}
