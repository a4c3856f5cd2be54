/** The cards of a round: buttons to mark, and afterwards what each of them was. */

import { onTheme, palette } from "./colours.js";
import { bytes, uint16 } from "./message.js";

const SIDE = 128;       // of a cloud's card, in CSS pixels, before the page makes it fit
const DOT = 2.4;        // radius of a point
const MARGIN = 0.07;    // share of a card that stays free on each side
const BINS = 32;        // of points on a line, which are stacked
const LARGE = 96;       // pixels of a picture that is not enlarged on the page

/**
 * @typedef {import("./message.js").Shape & {columns: number, rows: number}} Shape the samples, a column or a row for each card
 * @typedef {{fakes: boolean[], doubted: boolean[] | null}} Truth which cards are generated, and which D takes for that
 */

/** Which way an arrow key goes, in columns and rows.  @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Cards {
  /** @param {HTMLElement} root @param {() => void} marked @param {() => void} submit */
  constructor(root, marked, submit) {
    this.root = root;
    this.told = marked;
    this.submit = submit;
    /** @type {Shape | null} */
    this.shape = null;
    /** @type {Truth | null} */
    this.truth = null;
    root.addEventListener("keydown", (event) => this.#key(event));
    onTheme(this, (cards) => cards.#clouds());
  }

  /** A new round.  @param {Shape} shape */
  async show(shape) {
    const picture = shape.kind === "images" ? await createImageBitmap(new Blob([bytes(/** @type {string} */ (shape.sheet))], { type: "image/webp" })) : null;
    this.shape = shape;
    this.truth = null;
    const count = picture ? shape.columns : shape.rows;
    this.root.replaceChildren(...Array.from({ length: count }, (_, i) => this.#card(i)));
    if (picture) this.#tiles(picture, /** @type {[number, number]} */ (/** @type {any} */ (shape).tile));
    else this.#clouds();
    this.#focus(0, false);
  }

  /** There is no round. */
  clear() {
    this.shape = this.truth = null;
    this.root.replaceChildren();
  }

  /** @returns {HTMLButtonElement[]} */
  get all() {
    return /** @type {any} */ ([...this.root.children]);
  }

  /** Places of the cards that are marked. */
  get marked() {
    return this.all.flatMap((card, i) => (card.dataset.marked === "true" ? [i] : []));
  }

  /** What they were.  @param {Truth} truth */
  reveal(truth) {
    this.truth = truth;
    const { fakes, doubted } = truth;
    this.all.forEach((card, i) => {
      const was = fakes[i] ? "generated" : "real", you = (card.dataset.marked === "true") === fakes[i];
      const others = doubted ? [["D", doubted[i] === fakes[i]]] : [];
      const said = /** @type {[string, boolean][]} */ ([["you", you], ...others]);
      card.dataset.was = fakes[i] ? "fake" : "real";
      card.removeAttribute("aria-pressed");
      card.setAttribute("aria-disabled", "true");
      card.setAttribute("aria-label", [`Card ${i + 1} is ${was}`, ...said.map(([who, right]) => `${who === "you" ? "you were" : "D was"} ${right ? "right" : "wrong"}`)].join("; "));
      const words = /** @type {HTMLElement} */ (card.querySelector(".said"));
      words.replaceChildren(Object.assign(document.createElement("b"), { textContent: was }), ...said.map(([who, right]) => {
        const mark = Object.assign(document.createElement("span"), { textContent: `${who} ${right ? "✓" : "✗"}` });
        mark.dataset.right = String(right);
        return mark;
      }));
    });
    this.#clouds();
  }

  /** @param {number} i */
  #card(i) {
    const card = document.createElement("button"), canvas = document.createElement("canvas"), words = document.createElement("span");
    card.type = "button";
    card.append(canvas, words);
    words.className = "said";
    for (const part of [canvas, words]) part.setAttribute("aria-hidden", "true");
    this.#mark(card, i, false);
    card.addEventListener("click", () => {
      this.#focus(i, false);
      if (!this.truth) this.#mark(card, i, card.dataset.marked !== "true");
      this.told();
    });
    return card;
  }

  /** @param {HTMLButtonElement} card @param {number} i @param {boolean} on */
  #mark(card, i, on) {
    card.dataset.marked = String(on);
    card.setAttribute("aria-pressed", String(on));
    card.setAttribute("aria-label", `Card ${i + 1} looks generated`);
  }

  /** @param {ImageBitmap} picture @param {[number, number]} tile its height and width */
  #tiles(picture, [height, width]) {
    this.all.forEach((card, i) => {
      const canvas = /** @type {HTMLCanvasElement} */ (card.querySelector("canvas"));
      Object.assign(canvas, { width, height });
      canvas.classList.toggle("large", width >= LARGE);
      canvas.getContext("2d")?.drawImage(picture, i * width, 0, width, height, 0, 0, width, height);
    });
    picture.close();
  }

  /** Points are of one colour until everybody may know. */
  #clouds() {
    if (!this.shape || this.shape.kind === "images") return;
    const at = uint16(/** @type {string} */ (this.shape.fake)), flat = this.shape.kind === "line", of = this.shape.columns * (flat ? 1 : 2);
    const share = within(at), colours = palette(), ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.all.forEach((card, i) => {
      const canvas = /** @type {HTMLCanvasElement} */ (card.querySelector("canvas"));
      canvas.width = canvas.height = SIDE * ratio;
      const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      pen.scale(ratio, ratio);
      pen.fillStyle = this.truth ? colours[this.truth.fakes[i] ? "fake" : "real"] : colours.ink;
      pen.globalAlpha = 0.8;
      const points = Array.from(at.subarray(i * of, (i + 1) * of), share);
      for (const [x, y] of flat ? stacked(points) : pairs(points)) {
        pen.beginPath();
        pen.arc(x * SIDE, y * SIDE, DOT, 0, 7);
        pen.fill();
      }
    });
  }

  /** One card is in the order of Tab; arrow keys go on from there.  @param {number} at @param {boolean} really */
  #focus(at, really) {
    this.all.forEach((card, i) => (card.tabIndex = i === at ? 0 : -1));
    if (really) this.all[at].focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.submit();
      return;
    }
    const way = KEYS[event.key], at = this.all.indexOf(/** @type {any} */ (document.activeElement));
    if (!way || at < 0) return;
    event.preventDefault();
    const next = at + way[0] + way[1] * getComputedStyle(this.root).gridTemplateColumns.split(" ").length;
    if (next >= 0 && next < this.all.length) this.#focus(next, true);
  }
}

/** Coordinates as shares of a card's side: of all cards and both axes the same scale, on which everything has room.  @param {Uint16Array} at */
function within(at) {
  const low = at.reduce((a, b) => Math.min(a, b), Infinity), high = at.reduce((a, b) => Math.max(a, b), -Infinity);
  return (/** @type {number} */ x) => MARGIN + ((1 - 2 * MARGIN) * (x - low)) / Math.max(1, high - low);
}

/** Points of a plane, downwards.  @param {number[]} points x and y in turn @returns {[number, number][]} */
function pairs(points) {
  return Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], 1 - points[2 * i + 1]]);
}

/** Points of a line, one upon the other where they are close.  @param {number[]} points @returns {[number, number][]} */
function stacked(points) {
  const heights = new Array(BINS).fill(0);
  const step = Math.min(0.036, (1 - 2 * MARGIN) / points.length);  // all of them may stand on one place
  return points.map((x) => [x, 1 - MARGIN - step * heights[Math.min(BINS - 1, Math.floor(x * BINS))]++]);
}
