/** A path that is walked once while one looks on; whoever wants no motion sees it whole. */

const LASTS = 2600;  // ms

export class Film {
  /** @param {() => void} frame draws anew */
  constructor(frame) {
    this.frame = frame;
    this.began = -Infinity;
  }

  /** Begin again. */
  play() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.skip();
    this.began = performance.now();
    this.#roll();
  }

  /** Show the whole path at once. */
  skip() {
    this.began = -Infinity;
    this.frame();
  }

  /** How much of a path of n points is to be seen.  @param {number} n */
  seen(n) {
    const part = Math.min(1, (performance.now() - this.began) / LASTS);
    return Math.max(1, Math.ceil(n * part ** 1.4));  // slowly at first, where one can count the steps
  }

  #roll() {
    this.frame();
    if (performance.now() - this.began < LASTS) requestAnimationFrame(() => this.#roll());
    else this.frame();
  }
}
