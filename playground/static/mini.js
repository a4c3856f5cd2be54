/** The small live plots in the picture of the game, painted from what the stage has decoded already. */

import { palette } from "./colours.js";
import { paintHeat } from "./heat.js";

const FULL = 65535;  // a quantised coordinate at the right or upper edge
const DOTS = 160;    // more would not be seen
const TILES = 4;     // of a sheet, along a side
const LATTICE = 6;   // cells of the latent square, along a side
const TRAIL = 120;   // newest values of a sparkline

/**
 * @typedef {import("./stage.js").Size} Size
 * @typedef {CanvasRenderingContext2D} Pen
 * @typedef {import("./film.js").Node} Node
 * @typedef {{painter: any, values: Float32Array}} Known the stage's painter, and the node's own curve up to the moment shown
 */

/** Paint a node's plot.  @param {Pen} pen @param {Size} size @param {Node} node @param {Known} known */
export function paintMini(pen, size, node, known) {
  pen.clearRect(0, 0, size.width, size.height);
  PLOTS[node.kind]?.(pen, size, known, node);
  pen.globalAlpha = 1;
}

/** @type {Record<string, (pen: Pen, size: Size, known: Known, node: Node) => void>} */
const PLOTS = {
  noise: (pen, size, { painter }) => (painter?.offered?.includes("manifold") ? lattice(pen, size) : static_(pen, size)),
  samples: (pen, size, { painter }) => samples(pen, size, painter, "fake", /^fake$/),
  data: (pen, size, { painter }, { name }) => samples(pen, size, painter, "real", name === "given" ? /^given$/ : /real|truth/),
  loss: (pen, size, { values }) => bar(pen, size, values),
  player(pen, size, { painter, values }, node) {
    const judges = node.name.startsWith("D");
    if (judges ? belief(pen, size, painter) : mesh(pen, size, painter)) return;
    network(pen, size, judges);
    spark(pen, size, values);
  },
};

/** The latent square that G bends.  @param {Pen} pen @param {Size} size */
function lattice(pen, { width, height }) {
  pen.strokeStyle = palette().quiet;
  pen.globalAlpha = 0.7;
  pen.lineWidth = 0.75;
  pen.beginPath();
  for (let i = 0; i <= LATTICE; i++) {
    const part = 0.12 + (0.76 * i) / LATTICE;
    pen.moveTo(part * width, 0.12 * height);
    pen.lineTo(part * width, 0.88 * height);
    pen.moveTo(0.12 * width, part * height);
    pen.lineTo(0.88 * width, part * height);
  }
  pen.stroke();
}

/** Noise in many dimensions, as a picture of grey squares.  @param {Pen} pen @param {Size} size */
function static_(pen, { width, height }) {
  const cells = 10;
  pen.fillStyle = palette().quiet;
  for (let i = 0, seed = 7; i < cells * cells; i++) {
    seed = (seed * 16807) % 2147483647;
    pen.globalAlpha = 0.75 * (seed / 2147483647);
    pen.fillRect(((i % cells) * width) / cells, (Math.floor(i / cells) * height) / cells, width / cells, height / cells);
  }
}

/** @param {Pen} pen @param {Size} size @param {any} painter @param {"real" | "fake"} which @param {RegExp} named the sheet's name */
function samples(pen, size, painter, which, named) {
  const held = which === "real" && painter?.reals.length ? painter.reals : painter?.fakes;  // of pairs, the truth is shown with the fakes
  if (!held?.length) return;
  pen.fillStyle = pen.strokeStyle = palette()[which];
  if (held[0]?.picture) tiles(pen, size, held.find((/** @type {any} */ sheet) => named.test(sheet.name)) ?? held[0]);
  else if (Array.isArray(held)) hill(pen, size, held);
  else dots(pen, size, held);
}

/** @param {Pen} pen @param {Size} size @param {Uint16Array} at x, y, x, y, ... */
function dots(pen, { width, height }, at) {
  const skip = 2 * Math.max(1, Math.ceil(at.length / 2 / DOTS));
  pen.globalAlpha = 0.75;
  for (let i = 0; i < at.length; i += skip) {
    pen.fillRect((at[i] / FULL) * width - 0.8, (1 - at[i + 1] / FULL) * height - 0.8, 1.6, 1.6);
  }
}

/** A density on a line.  @param {Pen} pen @param {Size} size @param {number[]} values whose mean is 1 */
function hill(pen, { width, height }, values) {
  const top = Math.max(...values) || 1;
  pen.beginPath();
  pen.moveTo(0, height);
  values.forEach((value, i) => pen.lineTo((i / (values.length - 1)) * width, height * (1 - (0.85 * value) / top)));
  pen.lineTo(width, height);
  pen.globalAlpha = 0.3;
  pen.fill();
  pen.globalAlpha = 1;
  pen.stroke();
}

/** The first pictures of a sheet.  @param {Pen} pen @param {Size} size @param {any} sheet */
function tiles(pen, { width, height }, { picture, tile: [high, wide], columns, rows }) {
  if (!picture.width) return;  // it was closed: a newer one is on its way
  const n = Math.min(TILES, columns, rows);
  pen.drawImage(picture, 0, 0, n * wide, n * high, 0, 0, width, height);
}

/** What D believes everywhere, or how its scores are spread.  @param {Pen} pen @param {Size} size @param {any} painter */
function belief(pen, size, painter) {
  const colours = palette(), { width, height } = size;
  if (painter?.belief instanceof Uint8Array) {
    paintHeat(pen, size, painter.belief, colours.belief);
    return true;
  }
  if (painter?.curve?.length) {
    pen.strokeStyle = colours.D;
    pen.lineWidth = 1.5;
    pen.beginPath();
    painter.curve.forEach((/** @type {number} */ value, /** @type {number} */ i) =>
      pen.lineTo((i / (painter.curve.length - 1)) * width, height * (0.95 - (0.9 * value) / 255)));
    pen.stroke();
    return true;
  }
  const scores = (painter?.fakes?.[0]?.scores ?? []).filter(Number.isFinite).sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
  if (!scores.length) return false;
  const low = Math.min(0, scores[0]), high = Math.max(0, scores[scores.length - 1]), span = high - low || 1;
  const at = (/** @type {number} */ value) => height * (0.92 - (0.84 * (value - low)) / span);
  pen.fillStyle = colours.fake;
  scores.forEach((/** @type {number} */ score, /** @type {number} */ i) =>
    pen.fillRect((i * width) / scores.length, Math.min(at(score), at(0)), width / scores.length - 0.3, Math.abs(at(score) - at(0))));
  pen.fillStyle = colours.quiet;
  pen.fillRect(0, at(0), width, 1);
  return true;
}

/** The latent square as G bends it, where the stage shows it.  @param {Pen} pen @param {Size} size @param {any} painter */
function mesh(pen, { width, height }, painter) {
  const { nodes, n } = painter?.manifold ?? {};
  if (!nodes) return false;
  const place = (/** @type {number} */ i) => pen.lineTo(nodes[2 * i] * width, (1 - nodes[2 * i + 1]) * height);
  pen.strokeStyle = palette().fake;
  pen.globalAlpha = 0.6;
  pen.lineWidth = 0.6;
  pen.beginPath();
  if (n === 1) for (let i = 0; i < nodes.length / 2; i++) place(i);
  for (let row = 0; n > 1 && row < n; row += 2) {
    for (const along of [(/** @type {number} */ i) => row * n + i, (/** @type {number} */ i) => i * n + row]) {
      pen.moveTo(nodes[2 * along(0)] * width, (1 - nodes[2 * along(0) + 1]) * height);
      for (let i = 1; i < n; i++) place(along(i));
    }
  }
  pen.stroke();
  return true;
}

/** A network: it opens out, or narrows down to a score.  @param {Pen} pen @param {Size} size @param {boolean} narrows */
function network(pen, { width, height }, narrows) {
  const [left, right] = narrows ? [0.08, 0.36] : [0.36, 0.08];
  pen.beginPath();
  pen.moveTo(0.06 * width, left * height);
  pen.lineTo(0.94 * width, right * height);
  pen.lineTo(0.94 * width, (1 - right) * height);
  pen.lineTo(0.06 * width, (1 - left) * height);
  pen.closePath();
  pen.fillStyle = palette()[narrows ? "D" : "G"];
  pen.globalAlpha = 0.14;
  pen.fill();
}

/** How strong its gradient was of late.  @param {Pen} pen @param {Size} size @param {Float32Array} values */
function spark(pen, { width, height }, values) {
  const late = values.slice(-TRAIL).filter(Number.isFinite);
  if (late.length < 2) return;
  const top = Math.max(...late) || 1;
  pen.strokeStyle = palette().gradient;
  pen.globalAlpha = 1;
  pen.lineWidth = 1.25;
  pen.beginPath();
  late.forEach((value, i) => pen.lineTo(width * (0.1 + (0.8 * i) / (late.length - 1)), height * (0.7 - (0.4 * value) / top)));
  pen.stroke();
}

/** The newest value against the largest of late, from the middle to the right, or to the left where it is negative.  @param {Pen} pen @param {Size} size @param {Float32Array} values */
function bar(pen, { width, height }, values) {
  const late = values.slice(-TRAIL).filter(Number.isFinite);
  const { ink, rule } = palette(), newest = late[late.length - 1] ?? 0;
  const top = late.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const signed = late.some((value) => value < 0), zero = signed ? width / 2 : 0;
  pen.fillStyle = rule;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = ink;
  const long = (newest / top) * (width - zero);
  pen.fillRect(Math.min(zero, zero + long), 0, Math.abs(long), height);
}
