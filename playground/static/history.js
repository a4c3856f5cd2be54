/**
 * The numbers of one run, round by round, in typed arrays that grow by doubling up to `LIMIT` rows.  Then the older half is
 * folded: four rows become two that keep each column's lowest and highest value in the order in which they came.  So the
 * whole run stays visible, no spike is lost, and memory is bounded.
 */

const LIMIT = 12_000;  // divisible by 8: the older half folds without a remainder

export class History {
  constructor() {
    /** @type {string[]} */
    this.columns = [];
    this.clear();
  }

  clear() {
    this.length = 0;
    this.rounds = new Float32Array(512);                            // exact up to round 16,777,216
    this.values = new Float32Array(512 * this.columns.length);      // row after row
  }

  /** New names mean new numbers.  @param {string[]} columns */
  name(columns) {
    if (columns.join("\n") === this.columns.join("\n")) return;
    this.columns = columns;
    this.clear();
  }

  /** @param {Float32Array} rows each row is (round, value, value, ...); NaN = gap */
  append(rows) {
    const width = this.columns.length;
    for (let at = 0; at + width < rows.length; at += width + 1) {
      if (this.length === LIMIT) this.#fold();
      if (this.length === this.rounds.length) this.#grow();
      this.rounds[this.length] = rows[at];
      this.values.set(rows.subarray(at + 1, at + 1 + width), this.length * width);
      this.length++;
    }
  }

  /** @param {number} column @returns {Float32Array} a copy */
  line(column) {
    const width = this.columns.length;
    const out = new Float32Array(this.length);
    for (let row = 0, at = column; row < this.length; row++, at += width) out[row] = this.values[at];
    return out;
  }

  /** The newest value, NaN if there is none.  @param {number} column */
  latest(column) {
    return this.length && column >= 0 ? this.values[(this.length - 1) * this.columns.length + column] : NaN;
  }

  /** The value at a round, or the last one before it; NaN if there is none.  @param {number} column @param {number} round */
  at(column, round) {
    let low = 0, high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rounds[middle] <= round) low = middle + 1;
      else high = middle;
    }
    return low ? this.values[(low - 1) * this.columns.length + column] : NaN;
  }

  #grow() {
    const size = Math.min(2 * this.rounds.length, LIMIT);
    const [rounds, values] = [this.rounds, this.values];
    this.rounds = new Float32Array(size);
    this.values = new Float32Array(size * this.columns.length);
    this.rounds.set(rounds);
    this.values.set(values);
  }

  #fold() {
    const width = this.columns.length;
    const old = this.length / 2;
    let to = 0;
    for (let from = 0; from < old; from += 4, to += 2) {
      this.rounds[to] = this.rounds[from];
      this.rounds[to + 1] = this.rounds[from + 2];
      for (let column = 0; column < width; column++) {
        const [first, second] = this.#extremes(from, column);
        this.values[to * width + column] = first;
        this.values[(to + 1) * width + column] = second;
      }
    }
    this.rounds.copyWithin(to, old, this.length);
    this.values.copyWithin(to * width, old * width, this.length * width);
    this.length -= old - to;
  }

  /**
   * Lowest and highest of four rows, in the order in which they came; NaN only if all four are.
   *
   * @param {number} row the first of the four @param {number} column
   */
  #extremes(row, column) {
    const width = this.columns.length;
    let low = NaN, high = NaN, lowAt = 0, highAt = 0;
    for (let i = 0; i < 4; i++) {
      const value = this.values[(row + i) * width + column];
      if (!(value >= low)) if (value === value) [low, lowAt] = [value, i];
      if (!(value <= high)) if (value === value) [high, highAt] = [value, i];
    }
    return lowAt <= highAt ? [low, high] : [high, low];
  }
}
