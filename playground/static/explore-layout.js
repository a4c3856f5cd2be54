/** How the sheet of samples is laid out: where a choice is free it goes round, so that columns are choices and a row shares its z. */

/**
 * @typedef {import("./explore-dials.js").Controls} Controls
 * @typedef {import("./explore-dials.js").Look} Look
 */

const ROWS = 8;        // of a sheet
const WIDE = 8;        // its columns where no choice goes round
const POINTS = 512;
const MEMBERS = 3;     // of a group

/** The choice that goes round from one sample to the next, if any.  @param {Controls} controls @param {Look} look */
export function round({ codes, kind }, { codes: held }) {
  const choice = kind === "images" ? codes.find((code) => code.kind === "category") : undefined;
  return choice && held[choice.name] === undefined ? choice : null;
}

/** Columns of the sheet, and samples in all.  @param {Controls} controls @param {Look} look */
export function size(controls, look) {
  const columns = round(controls, look) ? controls.columns : WIDE;
  return { columns, count: controls.kind === "images" ? ROWS * columns : POINTS };
}

/** What tells samples apart.  @param {Controls} controls @param {Look} look */
export function sentence(controls, look) {
  const choice = round(controls, look);
  if (!choice) return "Each of them is another z; what you turn is the same for all.";
  const what = choice.name === "class" ? "class" : "choice";
  if (choice.size !== controls.columns) return `Each z comes with one ${what} after another; what you turn is the same for all.`;
  return `Each row is one z, each column one ${what}; what you turn is the same for all.`;
}

/** What columns are called, where each is a choice.  @param {Controls} controls @param {Look} look */
export function heads(controls, look) {
  const choice = round(controls, look);
  if (!choice || choice.size !== controls.columns) return undefined;
  return Array.from({ length: choice.size }, (_, i) => choice.names[i] ?? String(i));
}

/** From a sample to the next one with another z and, if there is one, the same choice.  @param {Controls} controls @param {Look} look */
export const apart = (controls, look) => round(controls, look)?.size ?? 1;

/** A sample from the middle of the sheet.  @param {Controls} controls @param {Look} look */
export function middle(controls, look) {
  const { columns } = size(controls, look);
  return controls.kind === "images" ? (ROWS / 2) * columns + Math.floor(columns / 2) : 0;
}

/**
 * Three groups to begin arithmetic with, all of other z. Where a choice goes round the first two are of one choice, so that
 * A - B is a change of z alone, which then is added to the next choice.
 *
 * @param {Controls} controls @param {Look} look
 */
export function groups(controls, look) {
  const { columns, count } = size(controls, look), free = round(controls, look), step = apart(controls, look);
  const places = (/** @type {number} */ group) => Array.from({ length: MEMBERS }, (_, i) => {
    if (!free) return i * columns + group;
    const zs = Math.floor(count / step);
    return ((MEMBERS * group + i) % zs) * step + (group === 2 ? 1 : 0);
  });
  return { a: places(0), b: places(1), c: places(2) };
}
