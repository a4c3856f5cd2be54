/** Neighbours: the training examples that are most like a sample, and how far they are. */

import { place } from "./explore-address.js";
import { Tiles } from "./explore-tiles.js";
import { count, number } from "./words.js";

const [NEAR, USUAL, FAR] = [0.3, 0.85, 2];  // shares of the distance that a real example has from its nearest: below it is suspicious, from here on usual, beyond it strange

export class Neighbours {
  /** @param {import("./explore-tabs.js").Bench} bench @param {import("./explore-address.js").State} state */
  constructor(bench, { sample }) {
    this.bench = bench;
    bench.sample = place(sample, bench.count, bench.sample);
    bench.choices.replaceChildren();
    this.sheet = bench.plane ? null : new Tiles(bench.drawn, { most: 96 });
  }

  state() {
    return this.question();
  }

  question() {
    return { sample: Math.min(this.bench.sample, this.bench.count - 1) };
  }

  /** @param {any} answer */
  show(answer) {
    const { distances, among, drawn } = answer;
    const where = drawn
      ? `${count(among)} examples drawn for this`
      : `${count(among)} training examples`;
    this.bench.say(`Searched: ${where}. ${verdict(answer)}`);
    if (this.sheet) return this.sheet.show({ ...answer, captions: ["sample", ...distances.map(number)] }, `A sample and its ${distances.length} nearest`);
    this.bench.plane?.lay({ fake: answer.fake, paths: distances.map((/** @type {number} */ _, /** @type {number} */ i) => ({ at: [0, i + 1], colour: "real" })) });
  }

  /** @param {number} index */
  pick(index) {
    this.bench.sample = index;
    this.bench.ask();
  }

  marks() {
    return new Map([[this.question().sample, "•"]]);
  }

  tiles() {
    return this.sheet;
  }
}

/** @param {any} answer */
function verdict({ distances: [nearest], typical, drawn }) {
  const never = drawn ? " These data never repeat, so there is nothing to learn by heart." : "";
  if (typical === null) return `The nearest is ${number(nearest)} away. No real examples were kept back, so there is no scale to judge that by.${never}`;
  const scale = `The nearest is ${number(nearest)} away; real examples that nobody trained on are typically ${number(typical)} from theirs`;
  const share = nearest / typical;
  if (share > FAR) return `${scale}, so it is far from every real example: it does not look like the data yet.${never}`;
  if (drawn) return `${scale}.${never}`;
  return `${scale}: ${share < NEAR ? "so close that it may have been learned by heart" : share < USUAL ? "closer than usual, yet no copy" : "no sign of learning by heart"}.`;
}
