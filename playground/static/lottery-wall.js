/** The seeds of one lottery: a small stage for each, how many failed, and how that came about. */

import { onTheme, palette } from "./colours.js";
import { uint16 } from "./message.js";
import { count, number } from "./words.js";

const FULL = 65535, SIDE = 112;  // px of a tile, as it is drawn
const BINS = 32;  // of a histogram on a line

/**
 * @typedef {{modes: number, hq: number, js: number, failed: boolean}} Ticket
 * @typedef {{failed?: number, of?: number, low?: number, high?: number, rounds: number, modes: number, rule: string, tickets: Ticket[], points: string[], past: [number, number][]}} Standing
 * @typedef {{table: string, cell: number, title: string, real: string, dim: number, seeds: number, rounds: number}} Place
 */

export class Wall {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    /** @type {Place | null} */
    this.place = null;
    /** @type {Standing | null} */
    this.standing = null;
    onTheme(this, (wall) => wall.#paint());
  }

  /** An empty wall for a lottery that is to be drawn.  @param {Place} place */
  open(place) {
    const before = this.place;
    this.place = place;
    this.standing = null;
    this.real = uint16(place.real);
    this.find("h2").textContent = place.title;
    if (before?.seeds !== place.seeds) this.find(".tiles").replaceChildren(...Array.from({ length: place.seeds }, (_, seed) => tile(seed)));
    [...this.find(".tiles").children].forEach((link, seed) => {
      link.href = `/lottery/${place.table}/play/${place.cell}/${seed}`;
      link.classList.remove("failed");
      link.title = `Open seed ${seed} in Play`;
      link.querySelector("small").textContent = "";
    });
    this.root.dataset.cell = String(place.cell);
    this.root.dataset.rounds = "0";
    this.find(".tally").textContent = "Not drawn yet.";
    this.find(".past").hidden = true;
    this.find(".rule").textContent = "";
    this.#paint();
  }

  /** @param {Standing} standing */
  show(standing) {
    this.standing = standing;
    this.root.dataset.rounds = String(standing.rounds);
    const all = this.place?.rounds ?? 0, over = standing.rounds === all;  // before, a seed is not there yet
    standing.tickets.forEach(({ modes, hq, js, failed }, seed) => {
      const link = this.find(".tiles").children[seed], fails = failed && over;
      link.classList.toggle("failed", fails);
      link.querySelector("small").textContent = fails && modes === standing.modes ? `✗ ${percent(hq)}` : `${fails ? "✗ " : ""}${modes} / ${standing.modes}`;
      link.title = `Seed ${seed}: ${modes} of ${standing.modes} modes, ${percent(hq)} of high quality, JS ${number(js)}. Open it in Play, in a new tab`;
    });
    this.find(".tally").textContent = tally(standing, all);
    this.find(".rule").textContent = standing.tickets.length ? `✗ failed: ${standing.rule.replace("hq below 0.25", "less than 25 % of its samples near a mode")}, after ${count(all)} rounds. Press a seed to see it train in Play.` : "";
    this.find(".past").hidden = standing.past.length < 2;
    if (standing.past.length > 1) this.find(".past").replaceChildren(curve(standing.past, all, standing.tickets.length));
    this.#paint();
  }

  #paint() {
    const { place, real, standing } = this;
    if (!place || !real) return;
    this.root.querySelectorAll("canvas").forEach((canvas, seed) => {
      const pen = pencil(canvas), fakes = standing?.points[seed] ? uint16(standing.points[seed]) : null;
      (place.dim === 1 ? hills : dots)(pen, real, fakes);
    });
  }
}

/** @param {number} seed */
function tile(seed) {
  const link = Object.assign(document.createElement("a"), { target: "_blank", rel: "noopener" });
  const canvas = document.createElement("canvas"), words = document.createElement("span");
  canvas.setAttribute("aria-hidden", "true");
  words.append(`seed ${seed} `, document.createElement("small"));
  link.append(canvas, words);
  return link;
}

/** @param {HTMLCanvasElement} canvas */
function pencil(canvas) {
  const scale = Math.min(devicePixelRatio || 1, 2);
  canvas.width = canvas.height = SIDE * scale;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.scale(scale, scale);
  pen.clearRect(0, 0, SIDE, SIDE);
  return pen;
}

/** @param {CanvasRenderingContext2D} pen @param {Uint16Array} real @param {Uint16Array | null} fakes */
function dots(pen, real, fakes) {
  for (const [at, colour, size, alpha] of /** @type {[Uint16Array | null, string, number, number][]} */ ([[real, palette().real, 1.5, 0.35], [fakes, palette().fake, 2, 0.85]])) {
    pen.fillStyle = colour;
    pen.globalAlpha = alpha;
    for (let i = 0; at && i < at.length; i += 2) pen.fillRect((at[i] / FULL) * SIDE - size / 2, (1 - at[i + 1] / FULL) * SIDE - size / 2, size, size);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Uint16Array} real @param {Uint16Array | null} fakes */
function hills(pen, real, fakes) {
  const wide = SIDE / BINS;
  for (const [at, colour] of /** @type {[Uint16Array | null, string][]} */ ([[real, palette().real], [fakes, palette().fake]])) {
    if (!at) continue;
    const bins = new Array(BINS).fill(0);
    for (const x of at) bins[Math.min(BINS - 1, Math.floor((x / FULL) * BINS))] += 1 / at.length;
    pen.fillStyle = colour;
    pen.globalAlpha = 0.45;
    bins.forEach((share, bin) => pen.fillRect(bin * wide, SIDE * (1 - Math.min(1, 3 * share)), wide - 0.5, SIDE));
  }
}

/** @param {Standing} standing @param {number} all rounds that it will have */
function tally({ failed, of, low, high, rounds, tickets }, all) {
  if (!tickets.length || failed === undefined || !of) return `Round ${count(rounds)} of ${count(all)} …`;
  if (rounds < all) return `${of - failed} of ${of} seeds are there after ${count(rounds)} of ${count(all)} rounds.`;
  const range = `${percent(low ?? 0)} to ${percent(high ?? 1)}`;
  return `${failed} of ${of} seeds fail: ${percent(failed / of)}, and with 95 % confidence ${range} of all seeds.`;
}

/** @param {number} share */
export const percent = (share) => `${Math.round(100 * share)} %`;

/** How many fail, look by look.  @param {[number, number][]} past @param {number} rounds @param {number} seeds */
function curve(past, rounds, seeds) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = past.map(([at, failed]) => `${((160 * at) / rounds).toFixed(1)},${(34 - (30 * failed) / seeds).toFixed(1)}`).join(" ");
  svg.setAttribute("viewBox", "0 0 160 36");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `Seeds that fail, over ${count(rounds)} rounds: ${past.map(([, failed]) => failed).join(", ")}`);
  svg.innerHTML = `<path d="M0 34H160"/><polyline points="${path}"/>`;
  const words = Object.assign(document.createElement("figcaption"), { textContent: "seeds that fail, over rounds" });
  const both = document.createDocumentFragment();
  both.append(svg, words);
  return both;
}
