/** Pictures of a run's past, fetched when they are asked for and kept for a while. */

import { near } from "./timeline.js";

const KEPT = 48;

export class Past {
  constructor() {
    this.run = "";
    /** @type {number[]} */
    this.frames = [];
    /** @type {Map<number, Promise<import("./message.js").Shape | null>>} */
    this.known = new Map();
  }

  /** @param {string} run @param {number[]} frames rounds of which there are key frames; a run that went back has fewer */
  show(run, frames) {
    if (run !== this.run || frames.length < this.frames.length) this.known.clear();
    this.run = run;
    this.frames = frames;
  }

  /** The picture of this round or of the last before it; null if there is none any more.  @param {number} round */
  picture(round) {
    const at = near(this.frames, round);
    if (at === null) return Promise.resolve(null);
    const known = this.known.get(at) ?? this.#fetch(at).then((picture) => {
      if (!picture) this.known.delete(at);  // perhaps the next time
      return picture;
    });
    this.known.delete(at);
    this.known.set(at, known);  // the last used stand last
    if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
    return known;
  }

  /** @param {number} round */
  async #fetch(round) {
    const answer = await fetch(`/runs/${encodeURIComponent(this.run)}/frames/${round}`).catch(() => null);
    return answer?.ok ? (await answer.json()).stage : null;
  }
}
