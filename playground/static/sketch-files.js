/** Pictures to take home: what became of the drawing, alone or beside it. */

import { download } from "./download.js";
import { penOf } from "./sketch-sheet.js";

const SIDE = 512;

/** @param {CanvasImageSource[]} pictures side by side @param {string} name @returns {Promise<void>} */
export function save(pictures, name) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIDE * pictures.length, height: SIDE }), pen = penOf(canvas);
  pen.imageSmoothingQuality = "high";
  pictures.forEach((picture, i) => pen.drawImage(picture, i * SIDE, 0, SIDE, SIDE));
  return new Promise((done) => canvas.toBlob((blob) => {
    if (blob) download(blob, name);
    done();
  }));
}
