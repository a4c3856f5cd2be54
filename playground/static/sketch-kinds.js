/** What a person may have to bring, and what one does with it on the pad. */

import { HOLES, PEN_ON_PAPER, canvasOf, penOf } from "./sketch-sheet.js";

/**
 * @typedef {import("./sketch-sheet.js").Picture} Picture
 * @typedef {"outline" | "picture" | "grey" | "small" | "hole"} Brought
 * @typedef {object} Kind
 * @property {boolean} draws whether one draws on it
 * @property {boolean} receives whether a picture lies there: an example at first, or what another model has made; else lines alone,
 *   which begin with a drawing of ours and which a link holds
 * @property {boolean} onward whether what becomes of it may lie there in its turn
 * @property {boolean} smooth whether it is enlarged smoothly; else one sees its pixels
 * @property {(picture: Picture, side: number) => Picture} prepare a picture as it is to lie there, for a model that takes this side
 * @property {import("./sketch-sheet.js").Medium} medium
 * @property {boolean} edges whether of a picture that is brought the edges are taken
 * @property {string} keys how it is done by keyboard
 */

const KEYS = "Arrow keys move the brush; while the space bar is held it draws.";

/** One only looks at it. */
const GIVEN = { draws: false, medium: PEN_ON_PAPER, edges: false, keys: "", receives: true, onward: false, smooth: true };

/** @type {Record<Brought, Kind>} */
export const KINDS = {
  outline: { draws: true, medium: PEN_ON_PAPER, edges: true, keys: KEYS, receives: false, onward: false, smooth: true, prepare: asItIs },
  hole: { draws: true, medium: HOLES, edges: false, keys: KEYS, receives: true, onward: true, smooth: true, prepare: asItIs },
  picture: { ...GIVEN, onward: true, prepare: asItIs },
  grey: { ...GIVEN, prepare: greyed },
  small: { ...GIVEN, smooth: false, prepare: shrunk },
};

const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];  // what they add to brightness, ITU-R BT.601, as the data have it

/** @param {Picture} picture @returns {Picture} */
function asItIs(picture) {
  return picture;
}

/** A picture of as few pixels as the model is shown.  @param {Picture} picture @param {number} side */
function shrunk(picture, side) {
  const canvas = canvasOf(side), pen = penOf(canvas);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, side, side);
  return canvas;
}

/** A picture without its colours.  @param {Picture} picture */
function greyed(picture) {
  const canvas = canvasOf(picture.width), pen = penOf(canvas);
  pen.drawImage(picture, 0, 0);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height), { data } = pixels;
  for (let i = 0; i < data.length; i += 4) data.fill(RED * data[i] + GREEN * data[i + 1] + BLUE * data[i + 2], i, i + 3);
  pen.putImageData(pixels, 0, 0);
  return canvas;
}
