/** Interpolate: the way from one sample to another, as a strip and as an animation. */

import { place } from "./explore-address.js";
import { Tiles } from "./explore-tiles.js";
import { chips } from "./theory-controls.js";

const STEPS = 31;
const STRIP = 11;     // of them in the strip
const PAUSE = 70;     // ms of a frame
const SIDE = 224;     // of the animation, at least

const WAYS = [
  { name: "spherical", title: "spherical", about: "At the distance from the middle where normal vectors live" },
  { name: "straight", title: "straight", about: "Through the middle, where G has seen little" },
];

export class Interpolate {
  /** @param {import("./explore-tabs.js").Bench} bench @param {import("./explore-address.js").State} state */
  constructor(bench, { start, end, way }) {
    this.bench = bench;
    this.start = place(start, bench.count, bench.sample);
    this.end = place(end, bench.count, (this.start + bench.columns + 3) % bench.count);
    this.next = /** @type {"start" | "end"} */ ("start");  // the end that is chosen next
    this.way = WAYS.some(({ name }) => name === way) ? way : bench.controls.latent.way;
    this.frame = 0;
    this.closed = false;
    this.fake = "";  // of points, the way
    const root = document.createElement("div");
    root.className = "chips";
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Which way");
    chips(root, WAYS, this.way, (name) => {
      this.way = name;
      bench.ask();
    });
    bench.choices.replaceChildren(root);
    if (!bench.plane) this.#build();
  }

  #build() {
    const strip = document.createElement("div"), film = document.createElement("div");
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", "The sample on its way");
    this.button = Object.assign(document.createElement("button"), { type: "button" });
    this.scrub = Object.assign(document.createElement("input"), { type: "range", min: "0", max: String(STEPS - 1), value: "0" });
    this.scrub.setAttribute("aria-label", "Place on the way");
    film.className = "film";
    const bar = document.createElement("div");
    bar.append(this.button, this.scrub);
    film.append(this.canvas, bar);
    this.bench.drawn.replaceChildren(strip, film);
    this.sheet = new Tiles(strip, { most: 110 });
    this.button.addEventListener("click", () => this.#play(!this.playing));
    this.scrub.addEventListener("input", () => {
      this.#play(false);
      this.#seek(Number(/** @type {HTMLInputElement} */ (this.scrub).value));
    });
    this.#play(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  }

  state() {
    return { start: this.start, end: this.end, way: this.way };
  }

  question() {
    const last = this.bench.count - 1;
    return { start: Math.min(this.start, last), end: Math.min(this.end, last), way: this.way, steps: STEPS };
  }

  /** @param {any} answer */
  async show(answer) {
    const { start, end } = this.question();
    const name = `From sample ${start + 1} to sample ${end + 1}`;
    this.bench.say(`${WAYS.find((each) => each.name === this.way)?.about}.`);
    this.fake = answer.fake;
    if (this.bench.plane) {
      return this.bench.plane.lay({ fake: answer.fake, paths: [{ at: Array.from({ length: STEPS }, (_, i) => i) }] });
    }
    const order = Array.from({ length: STRIP }, (_, i) => Math.round((i * (STEPS - 1)) / (STRIP - 1)));
    await this.sheet?.show({ ...answer, order }, name);
    this.#seek(this.frame);
  }

  /** @param {boolean} on */
  #play(on) {
    this.playing = on;
    const { button } = this;
    if (button) button.textContent = on ? "Pause" : "Play";
    if (on && !this.rolling) this.#roll();
  }

  async #roll() {
    this.rolling = true;
    for (let step = 1; this.playing && !this.closed; ) {
      await new Promise((done) => setTimeout(done, PAUSE));
      if (document.hidden) continue;
      if (this.frame + step < 0 || this.frame + step >= STEPS) step = -step;
      this.#seek(this.frame + step);
    }
    this.rolling = false;
  }

  /** @param {number} frame */
  #seek(frame) {
    this.frame = frame;
    const reel = this.reel();
    if (!reel || !this.canvas || !this.scrub) return;
    if (this.canvas.width !== reel.width) [this.canvas.width, this.canvas.height] = [reel.width, reel.height];
    this.scrub.value = String(frame);
    reel.paint(/** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d")), frame);
  }

  /** The left end, then the right one.  @param {number} index */
  pick(index) {
    this[this.next] = this.bench.sample = index;
    this.next = this.next === "start" ? "end" : "start";
    this.bench.ask();
  }

  marks() {
    return new Map([[this.start, "A"], [this.end, this.start === this.end ? "A, B" : "B"]]);
  }

  close() {
    this.closed = true;
  }

  tiles() {
    return this.sheet ?? null;
  }

  reel() {
    const { sheet, fake, bench: { plane } } = this;
    if (plane && fake) {
      const paint = (/** @type {CanvasRenderingContext2D} */ pen, /** @type {number} */ i) => plane.still(pen, fake, i);
      return { frames: STEPS, pause: PAUSE, width: plane.canvas.width, height: plane.canvas.height, paint };
    }
    if (!sheet?.picture) return null;
    const [h, w] = sheet.sheet.tile, zoom = Math.max(1, Math.ceil(SIDE / w));
    return {
      frames: STEPS, pause: PAUSE, width: w * zoom, height: h * zoom,
      paint: (/** @type {CanvasRenderingContext2D} */ pen, /** @type {number} */ i) => sheet.draw(pen, i, 0, 0, w * zoom),
    };
  }
}
