/** The drawing as it is now, and as it was before. */

import { Ink } from "./ink.js";

const MOST = 100;  // drawings of 4 kB each

export class Past {
  constructor() {
    this.now = new Ink();
    /** @type {Ink[]} */
    this.before = [];
    /** @type {Ink[]} */
    this.after = [];
  }

  /** Something new is drawn; what was there can be had back.  @param {Ink} next */
  go(next) {
    this.before.push(this.now);
    if (this.before.length > MOST) this.before.shift();
    this.after = [];
    this.now = next;
  }

  /** Forget the newest step if it has changed nothing. */
  settle() {
    if (this.before.at(-1)?.text() === this.now.text()) this.now = /** @type {Ink} */ (this.before.pop());
  }

  undo() {
    this.#move(this.before, this.after);
  }

  redo() {
    this.#move(this.after, this.before);
  }

  /** @param {Ink[]} from @param {Ink[]} to */
  #move(from, to) {
    const found = from.pop();
    if (!found) return;
    to.push(this.now);
    this.now = found;
  }
}
