/** Pictures to take home: a sheet as a PNG, a way through the latent as a GIF that goes to and fro. */

import { palette } from "./colours.js";
import { download } from "./download.js";
import { Gif, MOST_COLOURS } from "./gif.js";
import { Table } from "./quantise.js";

const ZOOM = 3;
const REST = 600;  // ms that the first and the last frame stand

/** @typedef {{frames: number, pause: number, width: number, height: number, paint: (pen: CanvasRenderingContext2D, frame: number) => void}} Reel */

/** The sheet, each of its pixels three times as large.  @param {import("./explore-tiles.js").Tiles} tiles @param {string} name */
export function sheetPng(tiles, name) {
  const { tile: [h, w] } = tiles.sheet, { across, order } = tiles;
  const rows = Math.ceil(order.length / across);
  const { canvas, pen } = blank(across * w * ZOOM, rows * h * ZOOM);
  order.forEach((at, i) => tiles.draw(pen, at, (i % across) * w * ZOOM, Math.floor(i / across) * h * ZOOM, w * ZOOM));
  tiles.options.over?.(pen, canvas.width, canvas.height);
  return save(canvas, name);
}

/** A plane as it is seen.  @param {HTMLCanvasElement} seen @param {string} name */
export function planePng(seen, name) {
  const { canvas, pen } = blank(seen.width, seen.height);
  pen.drawImage(seen, 0, 0);
  return save(canvas, name);
}

/** @param {Reel} reel @param {string} name */
export function reelGif({ frames, pause, width, height, paint }, name) {
  const { pen } = blank(width, height);
  const shown = (/** @type {number} */ frame) => {
    pen.fillStyle = palette().paper;
    pen.fillRect(0, 0, width, height);
    paint(pen, frame);
    return pen.getImageData(0, 0, width, height).data;
  };
  const pictures = Array.from({ length: frames }, (_, i) => shown(i));
  const table = new Table(pictures, MOST_COLOURS), gif = new Gif(width, height, table.colours);
  const there = pictures.map((_, i) => i), back = there.slice(1, -1).reverse();
  for (const i of [...there, ...back]) gif.add(table.indices(pictures[i]), i === 0 || i === frames - 1 ? REST : pause);
  download(gif.finish(), name);
}

/** @param {number} width @param {number} height */
function blank(width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  pen.fillStyle = palette().paper;
  pen.fillRect(0, 0, width, height);
  return { canvas, pen };
}

/** @param {HTMLCanvasElement} canvas @param {string} name @returns {Promise<void>} */
const save = (canvas, name) => new Promise((done) => canvas.toBlob((blob) => {
  if (blob) download(blob, name);
  done();
}));
