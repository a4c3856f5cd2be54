/** The Dirac-GAN: any of the engine's losses and penalties, and where they lead a point and a line. */

import { palette } from "./colours.js";
import { Asker } from "./theory-ask.js";
import { chips, facts, factor, slider } from "./theory-controls.js";
import { Film } from "./theory-film.js";
import { Handle } from "./theory-handle.js";
import { MARGINS, arrows, distance, names, plane, track } from "./theory-path.js";
import { Plot, ticks } from "./theory-plot.js";
import { DASH, number } from "./words.js";

const EDGE = 2.5;
const ROUNDS = 300;
const DRAGGED = 100;  // rounds while something is being dragged: every one of them is autograd
const ORDERS = [
  { name: "simultaneous", title: "Both at once" },
  { name: "alternating", title: "In turns" },
  { name: "five-d-turns", title: "Five turns of D" },
];
const NONE = { name: "", title: "None", about: "D may be as steep as it likes." };
const CLIP_FREE = 2.5;  // the slider's right end: psi is free

export class Dirac {
  /** @param {HTMLElement} root @param {any} choices @param {(sentence: string) => void} failed */
  constructor(root, choices, failed) {
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(name));
    this.root = root;
    this.find = find;
    this.loss = choices.opens.dirac.loss.name;
    this.penalty = "";
    this.weight = 1;
    this.order = "simultaneous";
    this.step = 0.2;
    this.clip = 0;
    this.start = [1, -1];
    /** @type {any} */
    this.answer = null;
    this.asker = new Asker("dirac", (answer, dragging) => this.#hear(answer, dragging), failed);
    this.plane = new Plot(find(".square"), () => this.#paint(), MARGINS.plane);
    this.plane.xs = this.plane.ys = [-EDGE, EDGE];
    this.moment = new Plot(find(".moment"), () => this.#paintMoment(), { ...MARGINS.chart, left: 12 });
    this.chart = new Plot(find(".distance"), () => this.#paintDistance(), MARGINS.chart);
    this.film = new Film(() => [this.plane, this.moment, this.chart].forEach((plot) => plot.repaint()));
    this.handle = new Handle(this.plane, {
      name: "Start", axes: ["θ", "ψ"], step: 0.05,
      at: () => /** @type {[number, number]} */ (this.start),
      move: (x, y, dragging) => {
        this.start = [x, y];
        this.#ask(dragging);
      },
    }).anywhere();
    /** @type {[string, any[], "loss" | "penalty" | "order"][]} */
    const menus = [[".losses", choices.losses, "loss"], [".penalties", [NONE, ...choices.penalties], "penalty"], [".orders", ORDERS, "order"]];
    for (const [where, rows, what] of menus) {
      chips(find(where), rows, this[what], (name) => {
        this[what] = name;
        this.weightSlider.element.hidden = !this.penalty;
        this.#ask(false);
      });
    }
    this.#controls();
    this.#ask(false);
  }

  #controls() {
    const set = (/** @type {"weight" | "step" | "clip"} */ what) => (/** @type {number} */ value, /** @type {boolean} */ dragging) => {
      this[what] = value;
      this.#ask(dragging);
    };
    this.weightSlider = slider({ title: "weight of the penalty", low: 0.01, high: 30, log: true }, this.weight, set("weight"));
    this.weightSlider.element.hidden = !this.penalty;
    const step = slider({ title: "step size h", low: 0.01, high: 1 }, this.step, set("step"));
    const write = (/** @type {number} */ value) => (value >= CLIP_FREE ? "off" : number(value));
    const clip = slider({ title: "weight clipping (WGAN)", low: 0.05, high: CLIP_FREE, step: 0.05, write }, CLIP_FREE,
      (value, dragging) => set("clip")(value >= CLIP_FREE ? 0 : value, dragging));
    this.find(".knobs").replaceChildren(this.weightSlider.element, step.element, clip.element);
  }

  /** @param {boolean} dragging */
  #ask(dragging) {
    this.plane.repaint();
    this.asker.ask({
      loss: this.loss, penalties: this.penalty ? { [this.penalty]: { weight: this.weight } } : {}, order: this.order,
      step: this.step, clip: this.clip, theta: this.start[0], psi: this.start[1], rounds: dragging ? DRAGGED : ROUNDS,
    }, dragging);
  }

  /** @param {any} answer @param {boolean} dragging */
  #hear(answer, dragging) {
    this.answer = answer;
    const there = answer.predicted !== null;
    facts(this.find(".facts"), [
      ["eigenvalues at rest", there ? answer.eigenvalues.map(complex).join(",  ") : DASH],
      ["factor a round, predicted", factor(answer.predicted), "near rest"],
      ["factor a round, measured", factor(answer.measured)],
      ["distance after " + (answer.path.length - 1) + " rounds", number(answer.distances.at(-1))],
    ]);
    this.find(".note").textContent = note(this, answer);
    this.root.dataset.verdict = answer.verdict;
    this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
    this.plane.canvas.setAttribute("aria-label",
      `The path of theta and psi from ${number(this.start[0])}, ${number(this.start[1])} ends ${number(answer.distances.at(-1))} from rest`);
    if (dragging) this.film.skip();
    else this.film.play();
  }

  #seen() {
    return this.film.seen(this.answer.path.length);
  }

  #paint() {
    const colours = palette();
    plane(this.plane);
    this.plane.inside(() => {
      if (this.clip) {
        for (const end of [-this.clip, this.clip]) this.plane.line(this.plane.xs, [end, end], { colour: colours.D, width: 1.2, dash: [4, 4] });
      }
      if (!this.answer) return;
      arrows(this.plane, this.answer.field);
      track(this.plane, this.answer.path, this.#seen());
    });
    const roomy = this.plane.width > 400;
    names(this.plane, roomy ? "θ, where the fake is →" : "θ →", roomy ? "ψ, D’s slope ↑" : "ψ ↑", "fake");
    this.handle.place();
  }

  /** Data, fake and D's line where the walk has come to. */
  #paintMoment() {
    if (!this.answer) return;
    const colours = palette(), { moment: plot } = this, [theta, psi] = this.answer.path[this.#seen() - 1];
    plot.xs = [-EDGE, EDGE];
    plot.ys = [-1.2, 1.2];
    plot.grid({ x: ticks(plot.xs, 5) });
    plot.line(plot.xs, [0, 0], { colour: colours.quiet, width: 1, opacity: 0.6 });
    plot.inside(() => {
      plot.line(plot.xs, plot.xs.map((x) => (psi * x) / 2), { colour: colours.D, width: 2 });
      plot.dot(0, 0, 6, colours.real);
      plot.dot(theta, 0, 6, colours.fake);
    });
    plot.text("D(x) = ψx", plot.margin.left + 4, plot.margin.top + 12, { colour: colours.D, bold: true });
    plot.text("data", plot.px(0), plot.py(0) + 20, { colour: colours.real, align: "center", bold: true });
    if (Math.abs(theta) < EDGE) plot.text("fake", plot.px(theta), plot.py(0) - 12, { colour: colours.fake, align: "center", bold: true });
  }

  #paintDistance() {
    if (!this.answer) return;
    const { distances, predicted, path } = this.answer;
    distance(this.chart, distances, predicted, this.#seen(), Math.max(path.length - 1, 1));
  }
}

/** @param {[number, number]} value */
function complex([real, imaginary]) {
  const near = (/** @type {number} */ v) => (Math.abs(v) < 1e-9 ? 0 : v);
  const [re, im] = [near(real), near(imaginary)];
  if (!im) return number(re);
  const turn = `${im < 0 ? "−" : re ? "+" : ""}${re ? " " : ""}${number(Math.abs(im))}i`;
  return re ? `${number(re)} ${turn}` : turn;
}

/** What is to be said about this choice in particular.  @param {Dirac} game @param {any} answer */
function note(game, answer) {
  if (answer.predicted === null) return "This penalty wants a slope of 1, so at rest, where D should be flat, it pushes one way or the other: there is no derivative and nothing to predict.";
  if (answer.stalls) return "D(x) = ψx is 0 on the data whatever ψ is, and 0 is just what this loss has D say of fakes. So D goes flat, and then everything stops, wherever the fake is.";
  if (game.clip && answer.predicted > 1 - 1e-6) return "Near rest nothing is clipped; away from it clipping stops D's slope, and the path follows the edge and comes back.";
  if (Math.abs(answer.predicted - 1) < 1e-6) return "The eigenvalues lie on the border, where the prediction says neither yes nor no: what decides is the curvature, and it is slow.";
  if (Math.abs(answer.predicted - answer.measured) > 1e-3) return "The prediction holds near rest only; further out the gradients are weaker or stronger, and so is the drift.";
  return "";
}
