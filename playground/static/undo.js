/** A drawing as it is now, and as it was before; of any kind, as long as a drawing never changes once it is another's past. */

const MOST = 100;  // steps back

/** @template Drawing */
export class Past {
  /** @param {Drawing} now */
  constructor(now) {
    this.now = now;
    /** @type {Drawing[]} */
    this.before = [];
    /** @type {Drawing[]} */
    this.after = [];
  }

  /** Something new is drawn; what was there can be had back.  @param {Drawing} next */
  go(next) {
    this.before.push(this.now);
    if (this.before.length > MOST) this.before.shift();
    this.after = [];
    this.now = next;
  }

  /** Forget the newest step if it has changed nothing.  @param {(one: Drawing, other: Drawing) => boolean} same */
  settle(same) {
    const last = this.before.at(-1);
    if (last !== undefined && same(last, this.now)) this.now = /** @type {Drawing} */ (this.before.pop());
  }

  /** Whether there was something to go back to. */
  undo() {
    return this.#move(this.before, this.after);
  }

  redo() {
    return this.#move(this.after, this.before);
  }

  /** @param {Drawing[]} from @param {Drawing[]} to */
  #move(from, to) {
    const found = from.pop();
    if (found === undefined) return false;
    to.push(this.now);
    this.now = found;
    return true;
  }
}
