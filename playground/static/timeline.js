/** The time line: go to any key frame of the past, play the past back, branch off from it. */

import { count } from "./words.js";

const PACE = 8;  // key frames a second, at a speed of 1

/**
 * @typedef {object} Listener
 * @property {(round: number | null) => void} visit show this round of the past; null: the present
 * @property {(round: number) => void} branch begin a new run there
 */

export class Timeline {
  /** @param {HTMLElement} root @param {Listener} listener */
  constructor(root, listener) {
    this.root = root;
    this.listener = listener;
    const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    /** @type {HTMLInputElement} */
    this.slider = find("input");
    this.output = find("output");
    this.play = find(".back");
    this.speed = find("select");
    this.present = find(".present");
    this.fork = find(".branch");
    /** @type {number[]} */
    this.frames = [];
    /** @type {number | null} the round that is visited; null: the present */
    this.round = null;
    this.timer = 0;
    this.slider.addEventListener("input", () => this.#slide());
    this.play.addEventListener("click", () => (this.timer ? this.#halt() : this.#replay()));
    this.present.addEventListener("click", () => this.visit(null));
    this.fork.addEventListener("click", () => this.round !== null && listener.branch(this.round));
  }

  /** Of these rounds there are key frames.  @param {number[]} frames rising */
  show(frames) {
    this.frames = frames;
    this.root.hidden = frames.length < 2;
    this.slider.max = String(frames.length);  // one place more, for the present
    if (this.round !== null && !frames.includes(this.round)) this.round = near(frames, this.round);
    this.#mark();
  }

  /** Go to this round, or to the present.  @param {number | null} round */
  visit(round) {
    this.#halt();
    this.#go(round);
  }

  #slide() {
    this.#halt();
    this.#go(this.frames[Number(this.slider.value)] ?? null);
  }

  /** @param {number | null} round */
  #go(round) {
    this.round = round;
    this.#mark();
    this.listener.visit(round);
  }

  #mark() {
    const past = this.round !== null;
    this.slider.value = String(past ? this.frames.indexOf(/** @type {number} */ (this.round)) : this.frames.length);
    this.output.textContent = past ? `round ${count(this.round)}` : "now";
    this.slider.setAttribute("aria-valuetext", this.output.textContent);
    this.root.dataset.past = String(past);
    this.present.disabled = this.fork.disabled = !past;
  }

  /** From the visited round, or from the start, to the present. */
  #replay() {
    let place = this.round === null ? 0 : this.frames.indexOf(this.round);
    this.play.setAttribute("aria-pressed", "true");
    const step = () => {
      if (place >= this.frames.length) return this.visit(null);
      this.#go(this.frames[place++]);
      this.timer = setTimeout(step, 1000 / (PACE * Number(this.speed.value)));
    };
    step();
  }

  #halt() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.play.setAttribute("aria-pressed", "false");
  }
}

/** The last of rising numbers that is not beyond this one; else the first.  @param {number[]} rising @param {number} most */
export const near = (rising, most) => rising.findLast((each) => each <= most) ?? rising[0] ?? null;
