/**
 * Slow motion: a round told in numbered steps with its own numbers, one step at a time.  The server plays a turn when it is asked
 * for one; here its steps are gone through at a pace for reading.
 *
 * @typedef {{text: string, lit: string[], gradient: boolean}} Step
 * @typedef {{round: number, turn: number, over: boolean, players: string[], whose: string, steps: Step[]}} Turn
 * @typedef {"round" | "D" | "G"} Who
 *
 * @typedef {object} Listener
 * @property {(who: Who | null) => Promise<string>} ask play the next turn; null: finish the round.  Why it cannot be done, or nothing
 * @property {(light: import("./film.js").Light | null) => void} tell light up a step of the picture
 * @property {(on: boolean) => void} changed slow motion was switched on or off
 */

import { count } from "./words.js";

const READ = 1300;  // ms for a step, at a speed of 1
/** @type {Record<string, Who>} the transport's buttons, which in slow motion tell a round */
const STEPS = { round: "round", "step-d": "D", "step-g": "G" };

export class Story {
  /** @param {HTMLElement} root @param {Listener} listener */
  constructor(root, listener) {
    this.root = root;
    this.listener = listener;
    const find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    [this.whose, this.where, this.list] = [find(".whose b"), find(".whose span"), find("ol")];
    [this.go, this.further, this.speed] = [find(".go"), find(".next"), find("select")];
    this.on = this.running = this.waiting = false;
    this.resumes = false;  // whether it played before, and shall again
    /** @type {Who} */
    this.who = "round";
    /** @type {Turn | null} */
    this.turn = null;
    this.at = this.before = this.timer = 0;  // the step; how many the turns before had; when the next comes
    this.stops = false;    // at the end of this round
    this.go.addEventListener("click", () => this.#run(!this.running));
    this.further.addEventListener("click", () => { this.#run(false); this.#next(); });
    this.speed.addEventListener("change", () => this.running && this.#run(true));
    document.addEventListener("change", (event) => this.#switched(/** @type {HTMLInputElement} */ (event.target)));
    document.addEventListener("click", (event) => this.#pressed(event), true);
  }

  /** Something new is known of the run that is told.  @param {import("./message.js").Message} news */
  hear(news) {
    this.playing = news.state === "playing";
    if (!this.on) return;
    if (news.turn && this.waiting) this.#begin(news.turn);
    else if (this.playing && this.turn) this.leave();  // it was played on
  }

  /** Slow motion is over: somebody plays on, or another run is on the stage. */
  leave() {
    const input = /** @type {HTMLInputElement | null} */ (document.querySelector("#slow input"));
    this.#off();
    if (input?.checked) input.click();
  }

  /** @param {HTMLInputElement} input */
  #switched(input) {
    if (!input.closest?.("#slow") || input.checked === this.on || !this.root.isConnected) return;
    if (input.checked) {
      this.resumes = Boolean(this.playing);
      this.#on();
      return;
    }
    const play = this.resumes ? document.getElementById("play") : null;
    this.#off();
    if (play) play.click();
    else this.listener.ask(null);
  }

  #on() {
    [this.on, this.turn, this.who, this.stops] = [true, null, "round", false];
    this.root.hidden = false;
    this.whose.textContent = "Slow motion";
    this.where.textContent = "";
    this.list.replaceChildren();
    this.listener.changed(true);
    this.#mark(true);
    this.#ask();
  }

  #off() {
    if (!this.on) return;
    clearTimeout(this.timer);
    [this.on, this.running, this.waiting, this.turn] = [false, false, false, null];
    this.root.hidden = true;
    this.listener.tell(null);
    this.listener.changed(false);
  }

  async #ask() {
    clearTimeout(this.timer);
    this.waiting = true;
    const trouble = await this.listener.ask(this.who);
    if (!trouble) return;
    this.waiting = false;
    this.where.textContent = trouble;
    this.#mark(false);
  }

  /** @param {Turn} turn */
  #begin(turn) {
    this.waiting = false;
    this.before = this.turn && this.turn.round === turn.round ? this.before + this.turn.steps.length : 0;
    [this.turn, this.at] = [turn, 0];
    this.whose.textContent = turn.whose;
    this.where.textContent = `round ${count(turn.round)}, turn ${turn.turn}`;
    this.list.start = this.before + 1;
    this.list.replaceChildren(...turn.steps.map(({ text }) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    this.#show();
    if (this.running) this.#run(true);
  }

  #show() {
    const turn = /** @type {Turn} */ (this.turn), { lit, gradient } = turn.steps[this.at];
    [...this.list.children].forEach((item, i) => {
      if (i === this.at) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    this.listener.tell({ players: turn.players, lit, gradient });
  }

  /** Go from step to step, or stand still.  @param {boolean} running */
  #run(running) {
    clearTimeout(this.timer);
    this.#mark(running);
    if (running && !this.waiting) this.timer = setTimeout(() => this.#next(), READ / Number(this.speed.value));
  }

  #next() {
    if (!this.turn || this.waiting) return;
    if (document.hidden) return this.#run(this.running);
    if (this.at + 1 < this.turn.steps.length) {
      this.at++;
      this.#show();
      if (this.running) this.#run(true);
      return;
    }
    if (this.turn.over && this.stops) {
      [this.stops, this.who] = [false, "round"];
      return this.#mark(false);
    }
    if (this.turn.over) this.who = "round";
    this.#ask();
  }

  /** @param {boolean} running */
  #mark(running) {
    this.running = running;
    this.go.textContent = running ? "Pause" : "Play";
    this.go.setAttribute("aria-pressed", String(running));
  }

  /** In slow motion a button that steps tells a round, to its end.  @param {MouseEvent} event */
  #pressed(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("button");
    const who = button && STEPS[button.id];
    if (!who || !this.on || !this.root.isConnected) return;
    event.stopPropagation();
    event.preventDefault();
    const going = this.turn && !this.turn.over && who === this.who;
    [this.who, this.stops] = [who, true];
    this.#mark(true);
    if (going) this.#run(true);
    else if (!this.waiting) this.#ask();
  }
}
