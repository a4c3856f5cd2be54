/** A sheet of pictures on a canvas: enlarged pixels stay pixels, and each tile may be a button to choose it by. */

import { bytes } from "./message.js";

const LABELS = 92;   // pixels for the names of rows, and fewer on a phone
const [FEWER, PHONE] = [80, 480];
const ROOMY = 34;    // a row that is lower has no room for a remark
const FOOT = 18;     // for a caption below a tile
const CAPTIONED = 56;  // a column that is narrower has no room for one
const HEAD = 18;     // and for the names of columns
const [FOOTER, LEAST] = [64, 380];  // pixels of the window below a tall sheet, and the least that it is given

/** The height from here to the foot of the window, as it is before anybody scrolls.  @param {HTMLElement} view */
export const room = (view) => Math.max(LEAST, window.innerHeight - (view.getBoundingClientRect().top + window.scrollY) - FOOTER);

/** Which way an arrow key goes, in columns and rows.  @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @typedef {object} Options
 * @property {number} [gap] between two tiles
 * @property {number} [most] the largest side of a tile, in pixels
 * @property {(view: HTMLElement) => number} [tallest] the height there is
 * @property {(index: number) => void} [pick] makes each tile a button
 * @property {(pen: CanvasRenderingContext2D, width: number, height: number) => void} [over] paints over it
 *
 * @typedef {{sheet: string, columns: number, rows: number, tile: [number, number]}} Sheet
 * @typedef {{heads?: string[], names?: string[], remarks?: string[], captions?: string[], lengths?: number[], count?: number, order?: number[]}} Words
 *   of each column its name; of each row its name and a remark; of each tile its caption; how many tiles of a row are meant; which tiles are shown
 */

export class Tiles {
  /** @param {HTMLElement} view @param {Options} [options] */
  constructor(view, options = {}) {
    this.view = view;
    this.options = { gap: 3, most: Infinity, ...options };
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "No pictures yet");
    this.grid = document.createElement("div");
    this.grid.className = "grid";
    this.words = document.createElement("div");
    this.words.className = "words";
    view.classList.add("tiles");
    view.replaceChildren(this.canvas, this.words, this.grid);
    /** @type {ImageBitmap | null} */
    this.picture = null;
    /** @type {Sheet & Words} */
    this.sheet = { sheet: "", columns: 1, rows: 0, tile: [1, 1] };
    /** @type {Map<number, string>} */
    this.marks = new Map();
    this.focused = 0;
    this.laid = "";  // how the buttons and words were laid out
    this.count = 0;  // pictures shown
    this.stepX = this.stepY = this.left = this.top = 0;
    this.watcher = new ResizeObserver(() => this.paint());
    this.watcher.observe(view);
    if (this.options.pick) this.grid.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {Sheet & Words} sheet @param {string} [name] for who cannot see it */
  async show(sheet, name = "Pictures") {
    const mine = ++this.count;
    const picture = await createImageBitmap(new Blob([bytes(sheet.sheet)], { type: "image/webp" }));
    if (mine !== this.count) return picture.close();  // overtaken
    this.picture?.close();
    this.picture = picture;
    this.sheet = sheet;
    this.canvas.setAttribute("aria-label", name);
    this.paint();
  }

  /** @param {Map<number, string>} marks what is written on which tiles */
  mark(marks) {
    this.marks = marks;
    [...this.grid.children].forEach((button, i) => this.#mark(/** @type {HTMLElement} */ (button), i));
  }

  /** Tiles that are shown, by their places on the sheet. */
  get order() {
    const { order, rows, columns } = this.sheet;
    return order ?? Array.from({ length: rows * columns }, (_, i) => i);
  }

  /** How many of them stand in a row. */
  get across() {
    const all = this.sheet.order ? this.sheet.order.length : this.sheet.columns;
    if (!this.sheet.captions) return all;
    const rows = Math.ceil((all * CAPTIONED) / Math.max(this.view.clientWidth, CAPTIONED));  // as even as may be
    return Math.ceil(all / rows);
  }

  paint() {
    const width = this.view.clientWidth;
    if (!this.picture || !width) return;
    const { heads, names, captions, tile: [h, w] } = this.sheet, { gap, most } = this.options;
    const rows = Math.ceil(this.order.length / this.across), left = names ? (width < PHONE ? FEWER : LABELS) : 0, foot = captions ? FOOT : 0;
    this.top = heads ? HEAD : 0;  // pixels above the first row
    const tallest = this.options.tallest?.(this.view) ?? Infinity;
    const high = (((tallest - this.top) / rows - foot - gap) * w) / h + gap;
    this.stepX = Math.max(6, Math.min(Math.floor((width - left + gap) / this.across), Math.floor(high), most + gap));
    this.stepY = Math.round(((this.stepX - gap) * h) / w) + gap + foot;
    this.left = left;  // pixels before the first column
    const pen = this.#fit(left + this.across * this.stepX - gap, this.top + rows * this.stepY - gap);
    this.order.forEach((at, i) => this.#tile(pen, at, i));
    this.options.over?.(pen, this.canvas.clientWidth, this.canvas.clientHeight);
    this.#lay(rows);
  }

  /** A picture alone, pixel by pixel or `zoom` times as large.  @param {CanvasRenderingContext2D} pen @param {number} at @param {number} x @param {number} y @param {number} wide */
  draw(pen, at, x, y, wide) {
    const { columns, tile: [h, w], lengths } = this.sheet;
    if (!this.picture || (lengths && at % columns >= lengths[Math.floor(at / columns)])) return;
    pen.imageSmoothingEnabled = wide < w;
    pen.drawImage(this.picture, (at % columns) * w, Math.floor(at / columns) * h, w, h, x, y, wide, (wide * h) / w);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} at @param {number} i */
  #tile(pen, at, i) {
    const x = this.left + (i % this.across) * this.stepX, y = this.top + Math.floor(i / this.across) * this.stepY;
    this.draw(pen, at, x, y, this.stepX - this.options.gap);
  }

  /** @param {number} width @param {number} height in CSS pixels */
  #fit(width, height) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    const pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    return pen;
  }

  /** Names of rows, captions and buttons; made anew only when something about them is another.  @param {number} rows */
  #lay(rows) {
    const { heads, names, remarks, captions } = this.sheet;
    const now = JSON.stringify([rows, this.across, this.stepX, this.stepY, heads, names, remarks, captions]);
    if (now === this.laid) return;
    this.laid = now;
    const word = (/** @type {string} */ kind, /** @type {string} */ text, /** @type {Record<string, string>} */ style) => {
      const span = Object.assign(document.createElement("span"), { className: kind, textContent: text });
      Object.assign(span.style, style);
      return span;
    };
    const side = this.stepX - this.options.gap, high = this.stepY - this.options.gap;
    const labels = (names ?? []).map((name, row) => {
      const label = word("name", name, { top: `${this.top + row * this.stepY}px`, height: `${high}px`, width: `${this.left - 10}px` });
      if (remarks?.[row] && high >= ROOMY) label.append(word("remark", remarks[row], {}));
      return label;
    });
    const below = (captions ?? []).map((text, i) => word("caption", text, {
      left: `${this.left + (i % this.across) * this.stepX}px`,
      top: `${this.top + Math.floor(i / this.across) * this.stepY + high - FOOT}px`, width: `${side}px`,
    }));
    const above = (heads ?? []).map((text, i) => word("head", text, { left: `${this.left + i * this.stepX}px`, width: `${side}px` }));
    this.words.replaceChildren(...above, ...labels, ...below);
    if (this.options.pick) this.#buttons(side, high);
  }

  /** @param {number} side @param {number} high */
  #buttons(side, high) {
    const held = this.grid.contains(document.activeElement);
    this.grid.style.cssText = `top: ${this.top}px; grid-template-columns: repeat(${this.across}, ${side}px); grid-auto-rows: ${high}px; gap: ${this.options.gap}px`;
    this.grid.replaceChildren(...this.order.map((_, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.addEventListener("click", () => {
        this.#focus(i, false);
        this.options.pick?.(i);
      });
      this.#mark(button, i);
      return button;
    }));
    this.#focus(Math.min(this.focused, this.order.length - 1), held);
  }

  /** @param {HTMLElement} button @param {number} i */
  #mark(button, i) {
    const mark = this.marks.get(i);
    button.setAttribute("aria-label", `Sample ${i + 1}${mark && mark !== "•" ? `, ${mark}` : ""}`);
    button.setAttribute("aria-pressed", String(mark !== undefined));
    button.dataset.mark = mark ?? "";
  }

  /** One of the buttons is in the order of Tab; arrow keys go on from there.  @param {number} i @param {boolean} really */
  #focus(i, really) {
    const buttons = /** @type {HTMLButtonElement[]} */ ([...this.grid.children]);
    this.focused = i;
    buttons.forEach((button, j) => (button.tabIndex = i === j ? 0 : -1));
    if (really) buttons[i]?.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const next = this.focused + way[0] + way[1] * this.across;
    if (next >= 0 && next < this.order.length) this.#focus(next, true);
  }
}
