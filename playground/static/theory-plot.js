/** A canvas with two axes: fits the page, repaints once a frame, and knows where a number lies. */

import { onTheme, palette } from "./colours.js";

/**
 * @typedef {[number, number]} Range lowest and highest
 * @typedef {{left: number, right: number, top: number, bottom: number}} Margin in pixels
 * @typedef {object} Stroke
 * @property {string} colour
 * @property {number} [width]
 * @property {number[]} [dash]
 * @property {number} [opacity]
 */

export class Plot {
  /**
   * @param {HTMLElement} view holds a canvas
   * @param {(plot: Plot) => void} paint draws everything; called at most once a frame
   * @param {Margin} margin
   */
  constructor(view, paint, margin) {
    this.view = view;
    this.paint = paint;
    this.margin = margin;
    this.canvas = /** @type {HTMLCanvasElement} */ (view.querySelector("canvas"));
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    /** @type {Range} */
    this.xs = [0, 1];
    /** @type {Range} */
    this.ys = [0, 1];
    this.width = this.height = 0;
    this.pending = false;
    new ResizeObserver(() => this.repaint()).observe(this.canvas);
    onTheme(this, (plot) => plot.repaint());
  }

  repaint() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      if (!this.canvas.isConnected || !this.canvas.clientWidth) return;
      this.#fit();
      this.paint(this);
      this.view.dataset.painted = String(Number(this.view.dataset.painted ?? 0) + 1);
    });
  }

  #fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    [this.width, this.height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.canvas.width = Math.round(this.width * ratio);  // also wipes it
    this.canvas.height = Math.round(this.height * ratio);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.font = "11px " + getComputedStyle(this.canvas).fontFamily;
    this.pen.lineJoin = "round";
  }

  /** Pixels from the left.  @param {number} x */
  px(x) {
    const { left, right } = this.margin;
    return left + ((x - this.xs[0]) / (this.xs[1] - this.xs[0])) * (this.canvas.clientWidth - left - right);
  }

  /** Pixels from the top.  @param {number} y */
  py(y) {
    const { top, bottom } = this.margin, height = this.canvas.clientHeight;
    return height - bottom - ((y - this.ys[0]) / (this.ys[1] - this.ys[0])) * (height - top - bottom);
  }

  /** The numbers under the pointer.  @param {PointerEvent} event @returns {[number, number]} */
  under(event) {
    const box = this.canvas.getBoundingClientRect(), { left, right, top, bottom } = this.margin;
    const part = (event.clientX - box.left - left) / (box.width - left - right);
    const rise = (box.bottom - bottom - event.clientY) / (box.height - top - bottom);
    return [this.xs[0] + part * (this.xs[1] - this.xs[0]), this.ys[0] + rise * (this.ys[1] - this.ys[0])];
  }

  /** Only what lies between the axes.  @param {() => void} draw */
  inside(draw) {
    const { left, right, top, bottom } = this.margin;
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(left, top, this.width - left - right, this.height - top - bottom);
    this.pen.clip();
    draw();
    this.pen.restore();
  }

  /** A line through points; a null leaves a gap.  @param {(number | null)[]} xs @param {(number | null)[]} ys @param {Stroke} stroke */
  line(xs, ys, { colour, width = 1.75, dash = [], opacity = 1 }) {
    const { pen } = this;
    pen.beginPath();
    let gap = true;
    xs.forEach((x, i) => {
      const y = ys[i];
      if (x === null || y === null || !Number.isFinite(y)) return (gap = true);
      pen[gap ? "moveTo" : "lineTo"](this.px(x), this.py(y));
      gap = false;
    });
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.setLineDash(dash);
    pen.globalAlpha = opacity;
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /** The area between a curve and a floor.  @param {number[]} xs @param {number[]} ys @param {string} colour @param {number} opacity */
  fill(xs, ys, colour, opacity, floor = 0) {
    const { pen } = this;
    pen.beginPath();
    pen.moveTo(this.px(xs[0]), this.py(floor));
    xs.forEach((x, i) => pen.lineTo(this.px(x), this.py(ys[i])));
    pen.lineTo(this.px(xs[xs.length - 1]), this.py(floor));
    pen.fillStyle = colour;
    pen.globalAlpha = opacity;
    pen.fill();
    pen.globalAlpha = 1;
  }

  /** @param {number} x @param {number} y @param {number} radius in pixels @param {string} colour */
  dot(x, y, radius, colour) {
    const { pen } = this;
    pen.beginPath();
    pen.arc(this.px(x), this.py(y), radius, 0, 7);
    pen.fillStyle = colour;
    pen.fill();
    pen.strokeStyle = palette().paper;
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  /** An arrow of a length in pixels.  @param {number} x @param {number} y @param {number} dx @param {number} dy @param {number} length */
  arrow(x, y, dx, dy, length) {
    const { pen } = this, size = Math.hypot(dx, dy);
    if (!size || length < 1.5) return;
    const [ux, uy] = [(dx / size) * length, (-dy / size) * length];
    const [left, top] = [this.px(x) - ux / 2, this.py(y) - uy / 2];
    const [nx, ny] = [(-uy / length) * 1.7, (ux / length) * 1.7];
    pen.moveTo(left + nx, top + ny);
    pen.lineTo(left + ux, top + uy);
    pen.lineTo(left - nx, top - ny);
  }

  /**
   * @param {string} words @param {number} x in pixels @param {number} y in pixels
   * @param {{colour?: string, align?: CanvasTextAlign, bold?: boolean}} [look]
   */
  text(words, x, y, { colour = palette().quiet, align = "left", bold = false } = {}) {
    const { pen } = this, font = pen.font;
    if (bold) pen.font = "600 " + font;
    pen.textAlign = align;
    pen.strokeStyle = palette().paper;  // a rim, so that a line behind does not cross the words out
    pen.lineWidth = 3;
    pen.strokeText(words, x, y);
    pen.fillStyle = colour;
    pen.fillText(words, x, y);
    pen.font = font;
  }

  /** Grid lines with their numbers.  @param {{x?: number[], y?: number[], write?: (value: number) => string}} ticks */
  grid({ x = [], y = [], write = plain }) {
    const { pen } = this, { left, right, top, bottom } = this.margin;
    pen.fillStyle = palette().rule;
    for (const at of x) pen.fillRect(Math.round(this.px(at)), top, 1, this.height - top - bottom);
    for (const at of y) pen.fillRect(left, Math.round(this.py(at)), this.width - left - right, 1);
    for (const at of x) this.text(plain(at), this.px(at), this.height - bottom + 15, { align: "center" });
    for (const at of y) this.text(write(at), left - 6, this.py(at) + 4, { align: "right" });
  }
}

/** A number on an axis: no more digits than it has.  @param {number} value */
const plain = (value) => String(Number(value.toPrecision(3))).replace("-", "−");

/** Round numbers within a range, about `most` of them.  @param {Range} range @param {number} most */
export function ticks([low, high], most = 5) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const out = [];
  for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at++) out.push(at * step);
  return out;
}
