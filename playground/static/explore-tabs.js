/** The ways to look at a model, in the order of the tabs. */

import { place } from "./explore-address.js";
import { Arithmetic } from "./explore-arithmetic.js";
import { Interpolate } from "./explore-between.js";
import { sentence } from "./explore-layout.js";
import { LatentMap } from "./explore-map.js";
import { Neighbours } from "./explore-neighbours.js";
import { Reconstruct } from "./explore-copies.js";
import { Traverse } from "./explore-traverse.js";

/**
 * @typedef {object} Bench what a tab works with
 * @property {import("./explore-dials.js").Controls} controls
 * @property {() => import("./explore-dials.js").Look} look what the dials say
 * @property {HTMLElement} drawn where its answer is drawn
 * @property {HTMLElement} choices where its own controls stand
 * @property {(words: string) => void} say
 * @property {() => void} ask ask again: something was chosen
 * @property {import("./explore-plane.js").Plane | null} plane where samples are points
 * @property {number} sample the one that was chosen last
 * @property {number} columns of the sheet of samples
 * @property {number} count of samples
 *
 * @typedef {object} Tab
 * @property {() => Record<string, any> | null} question what is asked beside the look; null: nothing yet
 * @property {boolean} [apart] it has nothing to do with the samples and the dials
 * @property {(answer: any) => Promise<void> | void} show
 * @property {() => Record<string, string | number>} state for the address
 * @property {(index: number) => void} pick a sample was chosen
 * @property {() => Map<number, string>} marks of samples that are chosen
 * @property {() => import("./explore-files.js").Reel | null} [reel] what could be a GIF
 * @property {() => import("./explore-tiles.js").Tiles | null} [tiles] what could be a PNG
 * @property {(samples: import("./explore-tiles.js").Tiles | import("./explore-plane.js").Plane) => void} [seen] new samples are there
 * @property {() => void} [close]
 */

/** The samples, and one of them large. */
class Samples {
  /** @param {Bench} bench @param {import("./explore-address.js").State} state */
  constructor(bench, { sample }) {
    this.bench = bench;
    bench.sample = place(sample, bench.count, bench.sample);
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.className = "large";
    if (!bench.plane) bench.drawn.replaceChildren(this.canvas);
  }

  question() {
    return null;
  }

  state() {
    return { sample: this.bench.sample };
  }

  show() {}

  /** New samples are there.  @param {import("./explore-tiles.js").Tiles | import("./explore-plane.js").Plane} samples */
  seen(samples) {
    if (samples !== this.samples) this.samples = samples;
    if (!("sheet" in samples)) return;
    const [h, w] = samples.sheet.tile, index = Math.min(this.bench.sample, this.bench.count - 1);
    if (this.canvas.width !== w || this.canvas.height !== h) [this.canvas.width, this.canvas.height] = [w, h];
    this.canvas.setAttribute("aria-label", `Sample ${index + 1}`);
    samples.draw(/** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d")), index, 0, 0, w);
    this.bench.say(`Sample ${index + 1}.${this.bench.look().psi === 1 ? " Not every z works; a smaller truncation gives tamer ones." : ""}`);
  }

  /** @param {number} index */
  pick(index) {
    this.bench.sample = index;
    if (this.samples) this.seen(this.samples);
  }

  marks() {
    return new Map([[this.bench.sample, "•"]]);
  }
}

/** @type {Record<string, {title: string, about: string | ((bench: Bench) => string), choose: string, make: new (bench: Bench, state: import("./explore-address.js").State) => Tab}>} */
export const TABS = {
  samples: {
    title: "Samples", make: Samples, choose: "",
    about: ({ controls, look }) => sentence(controls, look()),
  },
  traverse: {
    title: "Traverse", make: Traverse, choose: "Choose the sample that is swept",
    about: "One code is swept from left to right, all else is held: the figure of InfoGAN (Chen et al. 2016, arXiv:1606.03657).",
  },
  interpolate: {
    title: "Interpolate", make: Interpolate, choose: "Choose both ends",
    about: "What lies between two samples? A generator that had learned pictures by heart would jump (Radford et al. 2016, arXiv:1511.06434).",
  },
  arithmetic: {
    title: "Arithmetic", make: Arithmetic, choose: "Choose up to three for the group that is marked",
    about: "The mean of all that G is fed for three samples, z and codes alike, minus that of three, plus that of three, as DCGAN did with faces (arXiv:1511.06434, figure 7).",
  },
  neighbours: {
    title: "Neighbours", make: Neighbours, choose: "Choose the sample to look up",
    about: ({ plane }) => `Has it been learned by heart? The training examples that are nearest to a sample, ${plane ? "number by number" : "pixel by pixel"}.`,
  },
  reconstruct: {
    title: "Reconstruct", make: Reconstruct, choose: "",
    about: "Examples that nobody trained on, and what comes back after they were squeezed into their code.",
  },
  map: {
    title: "Map", make: LatentMap, choose: "",
    about: "The whole latent at once, every tile equally likely (Kingma and Welling 2014, arXiv:1312.6114, figure 4), and where real examples land.",
  },
};
