/** The drawing as it is now, and as it was before. */

import { BLANK } from "./sketch-sheet.js";

const MOST = 200;  // steps back; drawings share their strokes, so that a step costs little

/** @typedef {import("./sketch-sheet.js").Drawing} Drawing */

export class Past {
  /** @param {Drawing} now */
  constructor(now = BLANK) {
    this.now = now;
    /** @type {Drawing[]} */
    this.before = [];
    /** @type {Drawing[]} */
    this.after = [];
  }

  /** @param {Drawing} next */
  go(next) {
    this.before.push(this.now);
    if (this.before.length > MOST) this.before.shift();
    this.after = [];
    this.now = next;
  }

  undo() {
    return this.#move(this.before, this.after);
  }

  redo() {
    return this.#move(this.after, this.before);
  }

  /** @param {Drawing[]} from @param {Drawing[]} to */
  #move(from, to) {
    const found = from.pop();
    if (!found) return false;
    to.push(this.now);
    this.now = found;
    return true;
  }
}
