/** What the run is doing, in words: its state, one sentence, how far it is, how fast, and what is wrong. */

import { count, DASH, number } from "./words.js";

const CALM = 1000;  // ms between two changes of the sentence, which screen readers read out

/** What to say when the server has no sentence. */
const SENTENCES = {
  none: "",
  queued: "Waiting for a free place.",
  starting: "The players are being set up.",
  loading: "The data are being loaded.",
  failed: "This run has failed.",
  gone: "This run is no longer here. Press Play to start it again.",
  lost: "The connection is lost. Trying again.",
};

/** What to say where the picture will be. */
const HINTS = {
  none: "Choose a recipe and press Play.",
  queued: "Waiting for a free place",
  starting: "Setting up the players",
  loading: "Loading the data",
  failed: "Nothing to show",
  gone: "Nothing to show",
};

export class Status {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(name));
    [this.state, this.sentence, this.problem] = [find(".state"), find(".sentence"), find(".problem")];
    [this.round, this.rate, this.device, this.hint] = [find(".round"), find(".rate"), find(".device"), find(".hint")];
    this.instead = find(".instead");
    this.progress = /** @type {HTMLProgressElement} */ (root.querySelector(".progress"));
    this.next = "";
    this.spoken = 0;
    this.timer = 0;
  }

  /**
   * @param {Partial<import("./message.js").Message>} known @param {boolean} picture something is on the stage
   * @param {number | null} [past] the round of the past that is on the stage
   */
  show(known, picture, past = null) {
    const state = known.state ?? "none";
    this.#enter(state, picture, known.place);
    this.#say(known.status || this.#sentence(state, known.place));
    this.#warn(known.problem ?? "");
    write(this.instead, known.instead ?? "");
    this.instead.hidden = !known.instead;
    write(this.round, past === null ? count(known.round) : `${count(past)} of ${count(known.round)}`);
    write(this.rate, known.rate ? (known.rate >= 10 ? count(known.rate) : number(known.rate)) : DASH);
    write(this.device, known.device || DASH);
    this.#advance(state, known);
  }

  /** The stream has something to say that the run cannot.  @param {"gone" | "lost"} what @param {boolean} picture */
  showTrouble(what, picture) {
    this.#enter(what, picture);
    this.#say(SENTENCES[what]);
  }

  /** @param {string} state @param {boolean} picture @param {number | null} [place] */
  #enter(state, picture, place) {
    this.root.dataset.state = state;
    write(this.state, state === "none" ? "ready" : state);
    const hint = state === "queued" && place ? `Number ${place} in the queue` : HINTS[state] ?? "";
    write(this.hint, picture ? "" : hint);
  }

  /** @param {string} state @param {number | null} [place] */
  #sentence(state, place) {
    return state === "queued" && place ? `Number ${place} in the queue.` : SENTENCES[state] ?? "";
  }

  /** @param {string} sentence */
  #say(sentence) {
    this.next = sentence;
    if (this.timer || sentence === this.sentence.textContent) return;
    const wait = Math.max(0, this.spoken + CALM - performance.now());
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.spoken = performance.now();
      write(this.sentence, this.next);
    }, wait);
  }

  /** @param {string} problem */
  #warn(problem) {
    this.problem.hidden = !problem;
    if (gist(problem) !== gist(this.problem.textContent ?? "")) write(this.problem, problem);  // read out loud, so not for each digit
  }

  /** @param {string} state @param {Partial<import("./message.js").Message>} known */
  #advance(state, known) {
    const waiting = state === "loading" || state === "starting";
    const part = waiting ? known.progress : 0;
    if (waiting && (part === null || part === undefined)) this.progress.removeAttribute("value");
    else this.progress.value = Math.min(1, part || 0);
  }
}

/** A sentence without its numbers.  @param {string} text */
export const gist = (text) => text.replace(/[-\d.,e]+/g, "");

/** Only if it says something else.  @param {HTMLElement} element @param {string} text */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
