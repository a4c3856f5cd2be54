/** What was drawn before, for undo and redo. */

import { Ink } from "./ink.js";

const MOST = 100;  // drawings of 4 kB each

export class Past {
  constructor() {
    /** @type {Ink[]} */
    this.before = [];
    /** @type {Ink[]} */
    this.after = [];
  }

  /** Something new is drawn: what was there can be had back.  @param {Ink} was */
  keep(was) {
    this.before.push(was);
    if (this.before.length > MOST) this.before.shift();
    this.after = [];
  }

  /** @param {Ink} now @returns {Ink | undefined} */
  undo(now) {
    const was = this.before.pop();
    if (was) this.after.push(now);
    return was;
  }

  /** @param {Ink} now @returns {Ink | undefined} */
  redo(now) {
    const next = this.after.pop();
    if (next) this.before.push(now);
    return next;
  }
}
