/** Something to drag on a plot: a button that follows the pointer and the arrow keys. */

import { number } from "./words.js";

/** Which way an arrow key goes: right and up are positive.  @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const LEAP = 5;  // times as far with Shift

/**
 * @typedef {object} Options
 * @property {string} name for who cannot see it
 * @property {[string, string]} axes what its two numbers are called; "" for one that cannot be moved
 * @property {number} step of an arrow key
 * @property {string} [look] a class
 * @property {() => [number, number]} at where it is, in the plot's numbers
 * @property {() => number[]} [values] what it says, if not where it is
 * @property {(x: number, y: number, dragging: boolean) => void} move it should go there
 */

export class Handle {
  /** @param {import("./theory-plot.js").Plot} plot @param {Options} options */
  constructor(plot, options) {
    this.plot = plot;
    this.options = options;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = `handle ${options.look ?? ""}`;
    this.dragging = false;
    plot.view.append(this.button);
    this.button.addEventListener("pointerdown", (event) => this.grab(event));
    this.button.addEventListener("pointermove", (event) => this.dragging && this.#go(...plot.under(event), true));
    for (const end of ["pointerup", "pointercancel"]) this.button.addEventListener(end, () => this.#release());
    this.button.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Follow this pointer until it is let go.  @param {PointerEvent} event */
  grab(event) {
    if (event.button) return;
    event.preventDefault();  // no text is selected, and the page does not scroll
    this.button.focus({ preventScroll: true });
    this.button.setPointerCapture(event.pointerId);
    this.dragging = true;
  }

  /** Let a press anywhere on the plot bring the handle there. */
  anywhere() {
    this.plot.canvas.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch") return;  // a finger scrolls the page
      this.grab(event);
      this.#go(...this.plot.under(event), true);
    });
    return this;
  }

  /** After the plot was painted: stand where the number is, and say it. */
  place() {
    const [x, y] = this.options.at();
    this.button.style.left = `${this.plot.px(x)}px`;
    this.button.style.top = `${this.plot.py(y)}px`;
    const values = this.options.values?.() ?? [x, y];
    const said = this.options.axes.map((axis, i) => (axis ? `${axis} ${number(values[i])}` : "")).filter(Boolean);
    this.button.setAttribute("aria-label", `${this.options.name}: ${said.join(", ")}. Arrow keys move it.`);
  }

  /** @param {number} x @param {number} y @param {boolean} dragging */
  #go(x, y, dragging) {
    const { xs, ys } = this.plot;
    this.options.move(Math.min(xs[1], Math.max(xs[0], x)), Math.min(ys[1], Math.max(ys[0], y)), dragging);
  }

  #release() {
    if (!this.dragging) return;
    this.dragging = false;
    this.#go(...this.options.at(), false);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const step = this.options.step * (event.shiftKey ? LEAP : 1), [x, y] = this.options.at();
    this.#go(x + way[0] * step, y + way[1] * step, false);
  }
}
