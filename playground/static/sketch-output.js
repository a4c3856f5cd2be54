/** What became of the drawing; a handle is drawn across it, and left of the handle one sees what it was made of. */

import { bytes } from "./message.js";
import { penOf } from "./sketch-sheet.js";

const SHARPEST = 2;
const STEP = 2, LEAP = 10;  // hundredths that an arrow key moves the handle, and with Shift
/** @type {Record<string, number>} */
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -LEAP / STEP, PageUp: LEAP / STEP, Home: -100, End: 100 };

/** @param {string} text a WebP file in base64 @returns {Promise<ImageBitmap>} */
export const decoded = (text) => createImageBitmap(new Blob([bytes(text)], { type: "image/webp" }));

export class Output {
  /** @param {HTMLElement} root holds a canvas and a handle @param {() => HTMLCanvasElement} before what it was made of */
  constructor(root, before) {
    this.root = root;
    this.before = before;
    this.canvas = /** @type {HTMLCanvasElement} */ (root.querySelector("canvas"));
    this.handle = /** @type {HTMLElement} */ (root.querySelector("[role=slider]"));
    /** @type {ImageBitmap | null} */
    this.result = null;
    this.place = 0;  // of the handle, in hundredths
    new ResizeObserver(() => this.#fit()).observe(this.canvas);
    root.addEventListener("pointerdown", (event) => this.#press(event));
    root.addEventListener("pointermove", (event) => root.hasPointerCapture(event.pointerId) && this.#drag(event));
    this.handle.addEventListener("keydown", (event) => this.#key(event));
    this.move(0);
  }

  /** @param {ImageBitmap | null} result */
  show(result) {
    this.result?.close();
    this.result = result;
    this.paint();
  }

  /** @param {number} place from 0 to 100 */
  move(place) {
    this.place = Math.max(0, Math.min(100, place));
    this.root.style.setProperty("--place", String(this.place));
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.place)));
    this.handle.setAttribute("aria-valuetext", `${Math.round(this.place)} % of what was drawn`);
    this.paint();
  }

  paint() {
    const side = this.canvas.width, pen = penOf(this.canvas);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, side, side);
    pen.imageSmoothingQuality = "high";
    if (this.result) pen.drawImage(this.result, 0, 0, side, side);
    const shown = Math.round((this.place / 100) * side);
    if (!shown) return;
    const before = this.before(), share = before.width / side;
    pen.drawImage(before, 0, 0, shown * share, before.height, 0, 0, shown, side);
  }

  #fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, SHARPEST);
    this.canvas.width = this.canvas.height = Math.max(1, Math.round(this.canvas.clientWidth * ratio));
    this.paint();
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button) return;
    event.preventDefault();
    this.handle.focus({ preventScroll: true });
    this.root.setPointerCapture(event.pointerId);
    this.#drag(event);
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const box = this.root.getBoundingClientRect();
    this.move((100 * (event.clientX - box.left)) / box.width);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.move(this.place + way * (event.shiftKey ? LEAP : STEP));
  }
}
