/** Two densities to drag, the best D between them, and how far apart they are. */

import { palette } from "./colours.js";
import { Asker } from "./theory-ask.js";
import { facts, slider, toggle } from "./theory-controls.js";
import { Handle } from "./theory-handle.js";
import { Plot, ticks } from "./theory-plot.js";
import { number } from "./words.js";

const EDGE = 5;
const [NARROW, WIDE] = [0.05, 3];
const MARGIN = { left: 34, right: 34, top: 14, bottom: 26 };
const WHO = { p: "real", q: "fake" };

/** @typedef {{centre: number, width: number, share: number, centre2: number, width2: number}} Density */

export class Densities {
  /** @param {HTMLElement} root @param {(sentence: string) => void} failed */
  constructor(root, failed) {
    this.root = root;
    /** @type {Record<"p" | "q", Density>} */
    this.now = {
      p: { centre: -1, width: 0.6, share: 0, centre2: -3.2, width2: 0.4 },
      q: { centre: 1.5, width: 0.9, share: 0, centre2: 3.4, width2: 0.5 },
    };
    this.share = { p: 0.5, q: 0.5 };  // what the second Gaussian gets when it is switched on
    /** @type {any} */
    this.answer = null;
    this.asker = new Asker("densities", (answer) => this.#hear(answer), failed);
    this.plot = new Plot(/** @type {HTMLElement} */ (root.querySelector(".line")), () => this.#paint(), MARGIN);
    this.plot.xs = [-EDGE, EDGE];
    this.handles = /** @type {const} */ (["p", "q"]).flatMap((who) => ["", "2"].flatMap((nth) => [this.#peak(who, nth), this.#side(who, nth)]));
    this.#controls();
    this.#ask();
  }

  /** The handle on top of a Gaussian moves it.  @param {"p" | "q"} who @param {string} nth */
  #peak(who, nth) {
    const handle = new Handle(this.plot, {
      name: `Centre of ${WHO[who]}${nth && ", second Gaussian"}`, axes: ["x", ""], step: 0.05, look: `${WHO[who]} across`,
      at: () => [this.now[who]["centre" + nth], this.#height(who, this.now[who]["centre" + nth])],
      move: (x) => this.#set(who, "centre" + nth, x),
    });
    return { handle, who, nth };
  }

  /** The handle at one standard deviation makes it wider.  @param {"p" | "q"} who @param {string} nth */
  #side(who, nth) {
    const edge = () => {
      const { ["centre" + nth]: centre, ["width" + nth]: width } = this.now[who];
      return centre + width > EDGE ? centre - width : centre + width;  // on the side that is in the picture
    };
    const handle = new Handle(this.plot, {
      name: `Width of ${WHO[who]}${nth && ", second Gaussian"}`, axes: ["", "standard deviation"], step: 0.05, look: `${WHO[who]} side across`,
      at: () => [edge(), this.#height(who, edge())],
      values: () => [0, this.now[who]["width" + nth]],
      move: (x) => this.#set(who, "width" + nth, Math.min(WIDE, Math.max(NARROW, Math.abs(x - this.now[who]["centre" + nth])))),
    });
    return { handle, who, nth };
  }

  #controls() {
    const made = /** @type {const} */ (["p", "q"]).flatMap((who) => {
      const share = slider({ title: `its share of ${WHO[who]}`, low: 0.05, high: 0.95, step: 0.05 }, this.share[who], (value) => {
        this.share[who] = value;
        this.#set(who, "share", value);
      });
      share.element.hidden = true;
      return [toggle(`a second Gaussian in ${WHO[who]}`, false, (on) => {
        share.element.hidden = !on;
        this.#set(who, "share", on ? this.share[who] : 0);
      }), share.element];
    });
    /** @type {HTMLElement} */ (this.root.querySelector(".knobs")).replaceChildren(...made);
  }

  /** @param {"p" | "q"} who @param {string} what @param {number} value */
  #set(who, what, value) {
    this.now[who] = { ...this.now[who], [what]: Number(value.toFixed(3)) };
    this.#ask();
  }

  #ask() {
    this.plot.repaint();
    this.asker.ask(this.now);
  }

  /** @param {any} answer */
  #hear(answer) {
    this.answer = answer;
    facts(/** @type {HTMLElement} */ (this.root.querySelector(".facts")), [
      ["KL(p ‖ q)", number(answer.kl), "large where q misses p"],
      ["KL(q ‖ p)", number(answer.reverse), "large where q invents"],
      ["JS", number(answer.js), "at most ln 2 = 0.693"],
      ["total variation", number(answer.tv), "at most 1"],
      ["Wasserstein-1", number(answer.w1), "no bound"],
      ["log loss of D*", number(answer.d_loss), "= 2 ln 2 − 2 JS"],
    ]);
    this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
    this.plot.canvas.setAttribute("aria-label",
      `Real around ${number(this.now.p.centre)} and fake around ${number(this.now.q.centre)}, JS ${number(answer.js)}`);
    this.plot.repaint();
  }

  /** @param {"p" | "q"} who @param {number} x */
  #height(who, x) {
    const { centre, width, share, centre2, width2 } = this.now[who];
    return (1 - share) * gaussian(x, centre, width) + share * gaussian(x, centre2, width2);
  }

  #paint() {
    const colours = palette(), { plot } = this;
    if (!this.answer) return;
    const { x, best } = this.answer;
    const p = x.map((/** @type {number} */ at) => this.#height("p", at)), q = x.map((/** @type {number} */ at) => this.#height("q", at));
    plot.ys = [0, 1.08 * Math.max(0.6, ...p, ...q)];
    plot.grid({ x: ticks(plot.xs, plot.width > 480 ? 10 : 5), y: ticks(plot.ys, 4) });
    for (const [values, colour] of /** @type {[number[], string][]} */ ([[p, colours.real], [q, colours.fake]])) {
      plot.fill(x, values, colour, 0.16);
      plot.line(x, values, { colour, width: 2.25 });
    }
    const right = plot.width - plot.margin.right, rise = (/** @type {number} */ value) => value * plot.ys[1] * 0.96;
    plot.line(plot.xs, [rise(0.5), rise(0.5)], { colour: colours.quiet, width: 1, dash: [1, 4] });
    plot.line(x, best.map((/** @type {number | null} */ value) => (value === null ? null : rise(value))), { colour: colours.ink, width: 1.75, dash: [6, 4] });
    for (const [value, words] of /** @type {[number, string][]} */ ([[1, "1"], [0.5, "½"], [0, "0"]])) plot.text(words, right + 6, plot.py(rise(value)) + 4);
    const first = best[20] > best[best.length - 21];  // the words stand where D* is high
    plot.text("D* (right scale)", first ? plot.margin.left + 8 : right - 8, plot.py(rise(1)) + 16,
      { colour: colours.ink, align: first ? "left" : "right" });
    for (const { handle, who, nth } of this.handles) {
      handle.button.hidden = Boolean(nth) && !this.now[who].share;
      handle.place();
    }
  }
}

/** @param {number} x @param {number} centre @param {number} width */
const gaussian = (x, centre, width) => Math.exp(-0.5 * ((x - centre) / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
