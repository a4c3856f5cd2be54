/** Lines of equal density, by marching squares. */

/** @typedef {import("./stage.js").Size} Size @typedef {import("./message.js").Density} Density */

const LEVELS = [0.04, 0.12, 0.3, 0.6, 0.9];  // shares of the data's own peak

/** The densities that a message packs on the scale of their root.  @param {Density} density @param {Uint8Array} cells */
export const densities = (density, cells) => Float32Array.from(cells, (cell) => density.top * (cell / 255) ** 2);

/**
 * @param {CanvasRenderingContext2D} pen @param {Size} size
 * @param {Float32Array} values n*n, row 0 at the bottom @param {number} peak of the data @param {string} colour
 */
export function paintContours(pen, size, values, peak, colour) {
  const n = Math.round(Math.sqrt(values.length));
  const [wide, high] = [size.width / (n - 1), size.height / (n - 1)];
  pen.strokeStyle = colour;
  pen.lineWidth = 1.25;
  LEVELS.forEach((share, i) => {
    pen.globalAlpha = 0.35 + 0.13 * i;
    pen.beginPath();
    for (const [x0, y0, x1, y1] of segments(values, n, share * peak)) {
      pen.moveTo(x0 * wide, size.height - y0 * high);
      pen.lineTo(x1 * wide, size.height - y1 * high);
    }
    pen.stroke();
  });
  pen.globalAlpha = 1;
}

/** The corners between which a line enters and leaves a cell, for each of its 16 cases; edges: 0 bottom, 1 right, 2 top, 3 left. */
const CASES = [
  [], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], [[3, 0], [1, 2]], [[0, 2]], [[3, 2]],
  [[2, 3]], [[2, 0]], [[0, 1], [2, 3]], [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], [],
];

/**
 * Straight pieces of the line where the values pass a level, in cells.
 *
 * @param {Float32Array} values n*n, row 0 at the bottom @param {number} n @param {number} level
 * @returns {Generator<[number, number, number, number]>} x, y of both ends
 */
export function* segments(values, n, level) {
  for (let row = 0; row < n - 1; row++) {
    for (let col = 0; col < n - 1; col++) {
      const at = row * n + col;
      const [a, b, c, d] = [values[at], values[at + 1], values[at + n + 1], values[at + n]];  // around from the lower left
      const kind = (a > level ? 1 : 0) | (b > level ? 2 : 0) | (c > level ? 4 : 0) | (d > level ? 8 : 0);
      if (kind === 0 || kind === 15) continue;
      const part = (/** @type {number} */ from, /** @type {number} */ to) => (level - from) / (to - from);
      const edge = (/** @type {number} */ e) =>
        e === 0 ? [col + part(a, b), row] : e === 1 ? [col + 1, row + part(b, c)]
          : e === 2 ? [col + part(d, c), row + 1] : [col, row + part(a, d)];
      for (const [from, to] of CASES[kind]) yield [.../** @type {[number, number]} */ (edge(from)), .../** @type {[number, number]} */ (edge(to))];
    }
  }
}
