/** Losses as curves: G's loss for a fake with a given score, and what of it reaches G. */

import { palette } from "./colours.js";
import { chips, facts, slider } from "./theory-controls.js";
import { Handle } from "./theory-handle.js";
import { Plot, ticks } from "./theory-plot.js";
import { number } from "./words.js";

const MARGIN = { left: 40, right: 12, top: 10, bottom: 36 };
const REACH = 8;

export class Losses {
  /** @param {HTMLElement} root @param {any} choices */
  constructor(root, choices) {
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(name));
    this.find = find;
    this.root = root;
    this.names = choices.losses;
    this.scores = choices.curves.scores;
    this.curves = choices.curves.curves;
    this.chosen = choices.opens.dirac.loss.name;  // the loss that saturates
    this.score = -5;
    this.loss = new Plot(find(".chart.loss"), () => this.#paint(this.loss, "loss", [-4, 6]), MARGIN);
    this.gradient = new Plot(find(".chart.gradient"), () => this.#paint(this.gradient, "gradient", [-0.6, 2.2]), MARGIN);
    this.handles = [this.loss, this.gradient].map((plot) => new Handle(plot, {
      name: "D’s score of the fake", axes: ["score", ""], step: 0.1, look: "across",
      at: () => [this.score, this.#value(this.chosen, plot === this.loss ? "loss" : "gradient")],
      move: (x) => this.#go(Number(x.toFixed(2))),
    }).anywhere());
    chips(find(".losses"), this.names, this.chosen, (name) => {
      this.chosen = name;
      this.#show();
    });
    this.slider = slider({ title: "D’s score of the fake", low: -REACH, high: REACH, step: 0.1 }, this.score, (value) => this.#go(value));
    find(".knobs").replaceChildren(this.slider.element);
    this.#show();
  }

  /** @param {number} score */
  #go(score) {
    this.score = score;
    this.slider.show(score);
    this.#show();
  }

  #show() {
    const rows = this.names.map((/** @type {any} */ each) => /** @type {[string, string]} */ ([each.title, number(this.#value(each.name, "gradient"))]));
    facts(this.find(".facts"), [["at this score G is told", ""], ...rows]);
    [...this.find(".facts").children].forEach((row, i) => row.classList.toggle("chosen", this.names[i - 1]?.name === this.chosen));
    this.root.dataset.told = number(this.#value(this.chosen, "gradient"));
    this.loss.repaint();
    this.gradient.repaint();
  }

  /** The curve of a loss; the gradient with its sign turned, as G goes down it.  @param {string} name @param {"loss" | "gradient"} what */
  #curve(name, what) {
    return what === "loss" ? this.curves[name].loss : this.curves[name].gradient.map((/** @type {number} */ slope) => -slope);
  }

  /** A curve at the score, between two of its points.  @param {string} name @param {"loss" | "gradient"} what */
  #value(name, what) {
    const curve = this.#curve(name, what), at = ((this.score + REACH) / (2 * REACH)) * (curve.length - 1);
    const low = Math.min(curve.length - 2, Math.floor(at));
    return curve[low] + (at - low) * (curve[low + 1] - curve[low]);
  }

  /** @param {Plot} plot @param {"loss" | "gradient"} what @param {[number, number]} range */
  #paint(plot, what, range) {
    const colours = palette(), bottom = plot.height - 6;
    plot.xs = [-REACH, REACH];
    plot.ys = range;
    plot.grid({ x: ticks(plot.xs, 4), y: ticks(range, 5) });
    plot.text("← D is sure: fake", plot.margin.left, bottom, { colour: colours.fake });
    plot.text("D takes it for real →", plot.width - plot.margin.right, bottom, { colour: colours.real, align: "right" });
    plot.inside(() => {
      plot.line(plot.xs, [0, 0], { colour: colours.quiet, width: 1, opacity: 0.6 });
      for (const { name } of this.names) {
        if (name !== this.chosen) plot.line(this.scores, this.#curve(name, what), { colour: colours.neither[1], width: 1.2, opacity: 0.45 });
      }
      plot.line(this.scores, this.#curve(this.chosen, what), { colour: what === "loss" ? colours.G : colours.gradient, width: 2.6 });
      plot.line([this.score, this.score], range, { colour: colours.quiet, width: 1, dash: [3, 3] });
    });
    this.handles[what === "loss" ? 0 : 1].place();
  }
}
