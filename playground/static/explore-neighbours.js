/** Neighbours: the training examples that are most like a sample, and how far they are. */

import { Tiles } from "./explore-tiles.js";
import { count, number } from "./words.js";

const [NEAR, USUAL] = [0.3, 0.85];  // shares of the distance that a real example has from its nearest: below it is suspicious, from here on usual

export class Neighbours {
  /** @param {import("./explore-tabs.js").Bench} bench */
  constructor(bench) {
    this.bench = bench;
    bench.choices.replaceChildren();
    this.sheet = bench.plane ? null : new Tiles(bench.drawn, { most: 96 });
  }

  question() {
    return { sample: Math.min(this.bench.sample, this.bench.count - 1) };
  }

  /** @param {any} answer */
  show(answer) {
    const { distances, among, drawn } = answer;
    const where = drawn
      ? `${count(among)} examples drawn for this, since these data are drawn afresh in every round and never repeat`
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
function verdict({ distances: [nearest], typical }) {
  if (typical === null) return `The nearest is ${number(nearest)} away. No real examples were kept back, so there is no scale to judge that by.`;
  const scale = `The nearest is ${number(nearest)} away; real examples that nobody trained on are typically ${number(typical)} from theirs`;
  const share = nearest / typical;
  return `${scale}: ${share < NEAR ? "so close that it may have been learned by heart" : share < USUAL ? "closer than usual, yet no copy" : "no sign of learning by heart"}.`;
}
