/** What a person may have to bring, and what one does with it on the pad. */

import { HOLES, PEN_ON_PAPER, canvasOf, penOf } from "./sketch-sheet.js";

/**
 * @typedef {"outline" | "picture" | "grey" | "small" | "hole"} Brought
 * @typedef {object} Kind
 * @property {boolean} draws whether one draws on it
 * @property {import("./sketch-sheet.js").Medium} medium
 * @property {boolean} edges whether of a picture that is brought the edges are taken
 * @property {string} keys how it is done by keyboard
 */

const KEYS = "Arrow keys move the brush; while the space bar is held it draws.";

/** @type {Record<Brought, Kind>} */
export const KINDS = {
  outline: { draws: true, medium: PEN_ON_PAPER, edges: true, keys: KEYS },
  hole: { draws: true, medium: HOLES, edges: false, keys: KEYS },
  picture: { draws: false, medium: PEN_ON_PAPER, edges: false, keys: "" },
  grey: { draws: false, medium: PEN_ON_PAPER, edges: false, keys: "" },
  small: { draws: false, medium: PEN_ON_PAPER, edges: false, keys: "" },
};

const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];  // what they add to brightness, ITU-R BT.601, as the data have it

/** A picture without its colours.  @param {HTMLImageElement | HTMLCanvasElement} picture */
export function greyed(picture) {
  const canvas = canvasOf(picture.width), pen = penOf(canvas);
  pen.drawImage(picture, 0, 0);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height), { data } = pixels;
  for (let i = 0; i < data.length; i += 4) data.fill(RED * data[i] + GREEN * data[i + 1] + BLUE * data[i + 2], i, i + 3);
  pen.putImageData(pixels, 0, 0);
  return canvas;
}
