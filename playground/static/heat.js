/** Heat maps on the plane: what D believes, what the best possible D would believe, and where the two differ. */

/** @typedef {import("./stage.js").Size} Size @typedef {import("./layers.js").Heat} Heat */

/**
 * The cells of a heat map, 128 in the middle; nothing where this picture lacks it.
 *
 * @param {Heat | null} heat @param {Uint8Array | null} belief @param {Uint8Array | null} optimal
 * @param {Uint8Array | null} there 255 where data or fakes are: elsewhere there is nothing to differ about
 * @returns {Uint8Array | null}
 */
export function cellsOf(heat, belief, optimal, there) {
  if (heat === "belief") return belief;
  if (heat === "optimal") return optimal;
  if (heat !== "difference" || !belief || belief.length !== optimal?.length) return null;
  return belief.map((cell, i) => Math.max(0, Math.min(255, 128 + (cell - optimal[i]) * (there ? there[i] / 255 : 1))));
}

/**
 * The grid's first and last cells lie on the edges, so half a cell around is cut off.
 *
 * @param {CanvasRenderingContext2D} pen @param {Size} size
 * @param {Uint8Array} cells n*n, row 0 at the bottom @param {Uint32Array} ramp
 */
export function paintHeat(pen, size, cells, ramp) {
  const n = Math.round(Math.sqrt(cells.length));
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
 * The value of a grid at a place, between its nodes.
 *
 * @param {ArrayLike<number>} cells n*n, row 0 at the bottom @param {number} x @param {number} y 0..1 from the left, from the bottom
 */
export function between(cells, x, y) {
  const n = Math.round(Math.sqrt(cells.length)), last = n - 1;
  const [px, py] = [x, y].map((part) => Math.max(0, Math.min(1, part)) * last);
  const [col, row] = [Math.min(last - 1, Math.floor(px)), Math.min(last - 1, Math.floor(py))];
  const [a, b] = [px - col, py - row];
  const at = (/** @type {number} */ r, /** @type {number} */ c) => cells[r * n + c];
  return (1 - b) * ((1 - a) * at(row, col) + a * at(row, col + 1)) + b * ((1 - a) * at(row + 1, col) + a * at(row + 1, col + 1));
}
