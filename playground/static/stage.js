/** The canvas: its size, its repainting, and the painter that knows the kind of picture at hand. */

import { onTheme } from "./colours.js";
import { Line } from "./line.js";
import { Points } from "./points.js";
import { Sheets } from "./sheets.js";

/**
 * @typedef {import("./layers.js").Layers} Layers
 * @typedef {{width: number, height: number, ratio: number}} Size in CSS pixels, and device pixels per CSS pixel
 *
 * @typedef {object} Painter draws one kind of picture
 * @property {(shape: any) => Promise<void> | void} real takes the real data
 * @property {(shape: any, jump?: boolean) => Promise<void> | void} show takes a picture; jump: from another time than the last
 * @property {(pen: CanvasRenderingContext2D, size: Size, layers: Layers, now: number) => boolean} paint
 *   returns true while something moves
 * @property {() => import("./layers.js").LayerName[]} layers which layers there are
 * @property {() => void} morph shows once more how G bends its space
 * @property {() => {low: number, high: number} | null} scale D's lowest and highest score on the stage
 * @property {() => string} words the picture for those who cannot see it
 * @property {(x: number, y: number) => string} at what is at this place, 0..1 from the left and from the bottom
 */

export const PAINTERS = { points: Points, line: Line, images: Sheets };
const GLIDE_FRAME = 45;  // ms between two frames of a glide: more would cost more than all the rest of the page
const WORDS_EVERY = 5000;

export class Stage {
  /** @param {HTMLElement} view holds the canvas @param {Layers} layers */
  constructor(view, layers) {
    this.view = view;
    this.layers = layers;
    this.canvas = /** @type {HTMLCanvasElement} */ (view.querySelector("canvas"));
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.readout = /** @type {HTMLElement} */ (view.querySelector(".readout"));
    /** @type {Painter | null} */
    this.painter = null;
    this.kind = "";
    this.pending = false;
    this.fresh = false;  // a picture that has not been painted yet
    this.painted = 0;
    this.described = 0;
    new ResizeObserver(() => this.repaint()).observe(this.canvas);
    onTheme(this, (stage) => stage.repaint());
    /** Where the pointer is, 0..1 from the left and from the bottom.  @type {[number, number] | null} */
    this.pointer = null;
    this.pointing = (/** @type {boolean} */ there) => {};
    this.canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.canvas.addEventListener("pointerleave", () => this.#leave());
  }

  /** @param {import("./message.js").Shape} shape */
  async real(shape) {
    await this.#use(shape.kind).real(shape);
    this.repaint();
  }

  /** @param {import("./message.js").Shape} shape @param {boolean} [jump] it is of another time than the last */
  async show(shape, jump = false) {
    await this.#use(shape.kind).show(shape, jump);
    this.fresh = true;
    this.repaint();
  }

  /** Show once more how G bends its space. */
  morph() {
    this.painter?.morph();
    this.repaint();
  }

  repaint() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame((now) => this.#frame(now));
  }

  /** @param {"points" | "line" | "images"} kind @returns {Painter} */
  #use(kind) {
    if (!this.painter || this.kind !== kind) {
      this.painter = new PAINTERS[kind]();
      this.kind = kind;
      this.view.dataset.kind = kind;
    }
    return this.painter;
  }

  /** @param {number} now */
  #frame(now) {
    this.pending = false;
    if (!this.canvas.isConnected) return;
    const gliding = !this.fresh && now - this.painted < GLIDE_FRAME;
    if (gliding) return this.repaint();
    this.painted = now;
    const size = this.#fit();
    this.pen.clearRect(0, 0, size.width, size.height);
    if (!this.painter || !size.width) return;
    const moving = this.painter.paint(this.pen, size, this.layers, now);
    if (this.fresh) this.#count();
    this.fresh = false;
    this.#describe(now);
    this.#read();
    if (moving) this.repaint();
  }

  /** One more picture was painted: how many, here and on the whole page, is for who measures. */
  #count() {
    window.__paints = (window.__paints ?? 0) + 1;
    this.view.dataset.paints = String(Number(this.view.dataset.paints ?? 0) + 1);
  }

  /** Device pixels for the space the page gives us.  @returns {Size} */
  #fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) {
      this.canvas.width = wide;
      this.canvas.height = high;
    }
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { width, height, ratio };
  }

  /** @param {number} now */
  #describe(now) {
    if (this.described && now - this.described < WORDS_EVERY) return;
    const words = this.painter.words();
    if (!words) return;
    this.described = now;
    this.canvas.setAttribute("aria-label", words);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!this.pointer) this.pointing(true);
    this.pointer = [event.offsetX / width, 1 - event.offsetY / height];
    this.#read();
  }

  #leave() {
    this.pointer = null;
    this.pointing(false);
    this.#read();
  }

  /** Say what is under the pointer, in the corner that is farthest from it. */
  #read() {
    this.readout.textContent = this.painter && this.pointer ? this.painter.at(...this.pointer) : "";
    if (this.pointer) this.readout.dataset.side = this.pointer[0] > 0.5 ? "left" : "right";
  }
}
