/** The game x·y: a method, its step size, a start, and where that leads. */

import { palette } from "./colours.js";
import { Asker } from "./theory-ask.js";
import { chips, facts, factor, slider, toggle } from "./theory-controls.js";
import { Film } from "./theory-film.js";
import { Handle } from "./theory-handle.js";
import { MARGINS, arrows, distance, names, plane, track } from "./theory-path.js";
import { Plot, ticks } from "./theory-plot.js";
import { number } from "./words.js";

const EDGE = 2.5;     // of the plane
const ROUNDS = 200;
const TOP = 1.6;      // of the spectral radii
const SYMBOLS = { step: "h", coefficient: "g", momentum: "β" };
const FIELD = grid(13).map(([x, y]) => [x, y, -y, x]);

/** @param {number} n */
function grid(n) {
  const at = (/** @type {number} */ i) => EDGE * ((2 * i) / (n - 1) - 1) * 0.94;
  return Array.from({ length: n * n }, (_, i) => [at(i % n), at(Math.floor(i / n))]);
}

export class Game {
  /** @param {HTMLElement} root @param {any} choices @param {(sentence: string) => void} failed */
  constructor(root, choices, failed) {
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(name));
    this.root = root;
    this.find = find;
    this.methods = choices.methods;
    this.knobs = Object.fromEntries(this.methods.map((/** @type {any} */ method) =>
      [method.name, Object.fromEntries(method.knobs.map((/** @type {any} */ knob) => [knob.name, knob.default]))]));
    this.method = "simultaneous";
    this.step = 0.2;
    this.start = [0.6, 0.6];
    /** @type {any} */
    this.answer = null;
    this.asker = new Asker("bilinear", (answer, dragging) => this.#hear(answer, dragging), failed);
    this.plane = new Plot(find(".square"), () => this.#paint(), MARGINS.plane);
    this.plane.xs = this.plane.ys = [-EDGE, EDGE];
    this.chart = new Plot(find(".distance"), () => this.#paintDistance(), MARGINS.chart);
    this.radii = new Plot(find(".radii"), () => this.#paintRadii(), MARGINS.chart);
    this.film = new Film(() => [this.plane, this.chart].forEach((plot) => plot.repaint()));
    this.handle = new Handle(this.plane, {
      name: "Start", axes: ["x", "y"], step: 0.05,
      at: () => /** @type {[number, number]} */ (this.start),
      move: (x, y, dragging) => {
        this.start = [x, y];
        this.#ask(dragging);
      },
    }).anywhere();
    this.stepHandle = new Handle(this.radii, {
      name: "Step size on the curve", axes: ["h", ""], step: 0.02, look: "across",
      at: () => [this.step, this.answer?.predicted === undefined ? 1 : Math.min(TOP, this.answer.predicted)],
      move: (x, _, dragging) => {
        this.step = Math.max(0.01, Number(x.toFixed(3)));
        this.stepSlider.show(this.step);
        this.#ask(dragging);
      },
    }).anywhere();
    chips(find(".methods"), this.methods, this.method, (name) => {
      this.method = name;
      this.#controls();
      this.#ask(false);
    });
    this.#controls();
    this.#ask(false);
  }

  #controls() {
    const method = this.methods.find((/** @type {any} */ each) => each.name === this.method);
    this.find(".about").textContent = method.about;
    const made = method.knobs.map((/** @type {any} */ knob) => this.#control(knob));
    this.find(".knobs").replaceChildren(...made);
  }

  /** @param {any} knob @returns {HTMLElement} */
  #control(knob) {
    if (knob.name === "step") {
      this.stepSlider = slider({ ...knob, title: "step size h" }, this.step, (value, dragging) => {
        this.step = value;
        this.#ask(dragging);
      });
      return this.stepSlider.element;
    }
    const own = this.knobs[this.method];
    const change = (/** @type {any} */ value, dragging = false) => {
      own[knob.name] = value;
      this.#ask(dragging);
    };
    if (knob.kind === "switch") return toggle("y answers to the new x (alternating)", own[knob.name], change);
    const title = `${knob.title} ${SYMBOLS[knob.name] ?? ""}`;
    return slider({ ...knob, title }, own[knob.name], change).element;
  }

  /** @param {boolean} dragging */
  #ask(dragging) {
    this.plane.repaint();
    this.radii.repaint();
    const method = { ...this.knobs[this.method], name: this.method, step: this.step };
    const [x, y] = this.start;
    this.asker.ask({ method, x, y, rounds: ROUNDS }, dragging);
  }

  /** @param {any} answer @param {boolean} dragging */
  #hear(answer, dragging) {
    this.answer = answer;
    facts(this.find(".facts"), [
      ["factor a round, predicted", factor(answer.predicted), "spectral radius"],
      ["factor a round, measured", factor(answer.measured)],
      ["so the game", answer.verdict],
      ["distance after " + (answer.path.length - 1) + " rounds", number(answer.distances.at(-1))],
    ]);
    this.root.dataset.verdict = answer.verdict;
    this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
    this.plane.canvas.setAttribute("aria-label",
      `The path of x and y from ${number(this.start[0])}, ${number(this.start[1])}: it ${answer.verdict}`);
    this.radii.repaint();
    if (dragging) this.film.skip();
    else this.film.play();
  }

  #paint() {
    plane(this.plane);
    this.plane.inside(() => {
      arrows(this.plane, FIELD);
      if (this.answer) track(this.plane, this.answer.path, this.film.seen(this.answer.path.length));
    });
    names(this.plane, "x →", "y ↑", "G");
    this.handle.place();
  }

  #paintDistance() {
    if (!this.answer) return;
    const { distances, predicted } = this.answer;
    distance(this.chart, distances, predicted, this.film.seen(distances.length), ROUNDS);
  }

  #paintRadii() {
    if (!this.answer) return;
    const colours = palette(), { radii: plot } = this, { steps, radii, measured } = this.answer;
    plot.xs = [0, 2.5];
    plot.ys = [0.4, TOP];
    plot.grid({ x: ticks(plot.xs, 5), y: [0.5, 1, 1.5] });
    plot.inside(() => {
      plot.line(plot.xs, [1, 1], { colour: colours.quiet, width: 1.2, dash: [2, 3] });
      plot.line(steps, radii, { colour: colours.ink, width: 1.6 });
      if (measured !== null) plot.dot(this.step, measured, 4, colours.neither[1]);
    });
    plot.text("moves away", plot.width - plot.margin.right - 4, plot.py(1) - 5, { align: "right" });
    plot.text("approaches", plot.width - plot.margin.right - 4, plot.py(1) + 14, { align: "right" });
    this.stepHandle.place();
  }
}
