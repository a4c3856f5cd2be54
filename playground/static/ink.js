/**
 * The sheet of a drawing: 64 x 64 squares that hold ink of a level from 0 to 15; its text, its strokes, its density.
 * The twin of engine/data/drawing.py, where the text is explained. Places are in squares from the upper left corner.
 *
 * @typedef {[number, number]} Place
 */

export const SIDE = 64;
export const LEVELS = 15;
const SQUARES = SIDE * SIDE;
const NONE = "a".charCodeAt(0);

/** A square is as likely as its level squared.  @param {number} share of a full square @returns {number} its level */
export const levelOf = (share) => Math.round(LEVELS * Math.sqrt(share));

export class Ink {
  /** @param {Uint8Array} [levels] in reading order */
  constructor(levels = new Uint8Array(SQUARES)) {
    this.levels = levels;
  }

  /** @param {string} text @returns {Ink | null} null where it is no drawing's text */
  static read(text) {
    const levels = new Uint8Array(SQUARES);
    if (!/^(?:[a-p](?:[1-9][0-9]{0,3})?)*$/.test(text)) return null;
    let at = 0;
    for (const [, letter, times] of text.matchAll(/([a-p])([0-9]*)/g)) {
      const end = at + Number(times || 1);
      levels.fill(letter.charCodeAt(0) - NONE, at, end);
      at = end;
    }
    return at === SQUARES ? new Ink(levels) : null;
  }

  text() {
    let text = "";
    for (let at = 0, end = 0; at < SQUARES; at = end) {
      while (end < SQUARES && this.levels[end] === this.levels[at]) end++;
      text += String.fromCharCode(NONE + this.levels[at]) + (end - at > 1 ? end - at : "");
    }
    return text;
  }

  copy() {
    return new Ink(this.levels.slice());
  }

  /** How many squares have ink. */
  get inked() {
    return this.levels.reduce((count, level) => count + (level ? 1 : 0), 0);
  }

  /**
   * A straight piece with round ends; its edge is softened over one square.
   *
   * @param {Place} from @param {Place} to @param {number} radius in squares @param {boolean} [rubs] out instead of in
   */
  line(from, to, radius, rubs = false) {
    const reach = radius + 1;
    const [left, right] = span(from[0], to[0], reach), [top, bottom] = span(from[1], to[1], reach);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const covered = Math.min(1, radius + 0.5 - distance([column + 0.5, row + 0.5], from, to));
        if (covered <= 0) continue;
        const at = row * SIDE + column, before = this.levels[at];
        this.levels[at] = rubs ? Math.min(before, levelOf(1 - covered)) : Math.max(before, levelOf(covered));
      }
    }
  }

  /**
   * The density of the law, up to a factor: the ink blurred by a Gaussian, on a finer grid of n x n.
   *
   * @param {number} n @param {number} sigma in squares @returns {Float32Array} in reading order
   */
  density(n, sigma) {
    const rows = new Float32Array(SIDE * n), out = new Float32Array(n * n);
    const bell = bells(n, sigma);
    for (let at = 0; at < SQUARES; at++) {
      const weight = this.levels[at] ** 2;
      if (weight) add(rows, Math.floor(at / SIDE) * n, 1, bell[at % SIDE], weight);
    }
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < n; column++) {
        const weight = rows[row * n + column];
        if (weight) add(out, column, n, bell[row], weight);
      }
    }
    return out;
  }
}

/** @param {number} one @param {number} other @param {number} reach @returns {[number, number]} first and last square */
function span(one, other, reach) {
  return [Math.max(0, Math.floor(Math.min(one, other) - reach)), Math.min(SIDE - 1, Math.ceil(Math.max(one, other) + reach))];
}

/** How far a place is from a straight piece.  @param {Place} place @param {Place} from @param {Place} to */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const part = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - part * dx, y - ay - part * dy);
}

/**
 * For the middle of each square a Gaussian over n places, cut off at four sigma.
 *
 * @typedef {{first: number, values: number[]}} Bell
 * @param {number} n @param {number} sigma @returns {Bell[]}
 */
function bells(n, sigma) {
  const step = SIDE / n;
  return Array.from({ length: SIDE }, (_, square) => {
    const middle = square + 0.5;
    const first = Math.max(0, Math.floor((middle - 4 * sigma) / step)), last = Math.min(n - 1, Math.ceil((middle + 4 * sigma) / step));
    const values = [];
    for (let i = first; i <= last; i++) values.push(Math.exp(-(((i + 0.5) * step - middle) ** 2) / (2 * sigma * sigma)));
    return { first, values };
  });
}

/** @param {Float32Array} out @param {number} start @param {number} stride @param {Bell} bell @param {number} weight */
function add(out, start, stride, { first, values }, weight) {
  let at = start + first * stride;
  for (const value of values) {
    out[at] += weight * value;
    at += stride;
  }
}
