/** Sheets of pictures, with D's score under each. */

import { palette, subject } from "./colours.js";
import { bytes } from "./message.js";
import { number } from "./words.js";

const GAP = 3;          // pixels between two tiles
const SPACE = 14;       // pixels between two sheets
const TITLE = 28;       // height of a sheet's name
const ICON = 30;        // width of the way to take the pictures home, at the end of the first row of names
const TEXT = 13;        // height of a score
const BAR = 4;          // height of a score shown as a colour only
const READABLE = 34;    // a tile narrower than this has no room for digits

/**
 * @typedef {import("./stage.js").Size} Size
 * @typedef {import("./layers.js").Layers} Layers
 * @typedef {import("./colours.js").Palette} Palette
 * @typedef {{low: number, high: number}} Scale
 * @typedef {import("./message.js").Sheet & {name: string, picture: ImageBitmap}} Print a sheet whose picture is decoded
 * @typedef {{print: Print, columns: number, rows: number}} Part how much of a sheet to show
 * @typedef {Part & {x: number, y: number, step: number, foot: number}} Placed
 *   `step` is the width of a tile and its gap, `foot` the height below it for its score
 * @typedef {CanvasRenderingContext2D} Pen
 */

/** @implements {import("./stage.js").Painter} */
export class Sheets {
  constructor() {
    /** @type {Print[]} */
    this.reals = [];
    /** @type {Print[]} */
    this.fakes = [];
    this.compared = false;  // other runs stand beside this one: there is room for the first sheet alone
    this.asked = 0;
    this.shown = 0;
  }

  /** @param {import("./message.js").ImagesShape} shape */
  async real(shape) {
    this.reals = await develop(shape, "real");
  }

  /** @param {import("./message.js").ImagesShape} shape */
  async show(shape) {
    const mine = ++this.asked;
    const prints = await develop(shape, "fake");
    if (mine < this.shown) return prints.forEach((print) => print.picture.close());  // overtaken by a newer one
    this.shown = mine;
    this.fakes.forEach((print) => print.picture.close());
    this.fakes = prints;
  }

  /** @type {import("./stage.js").Painter["paint"]} */
  paint(pen, size, layers) {
    const colours = palette();
    this.compared = Number(/** @type {HTMLElement | null} */ (pen.canvas.closest?.("[data-scenes]"))?.dataset.scenes ?? 1) > 1;
    const scale = layers.belief ? this.scale() : null;
    const family = getComputedStyle(pen.canvas).fontFamily;
    for (const placed of this.#arrange(size, layers)) {
      pen.font = `600 12px ${family}`;
      pen.textAlign = "left";
      pen.fillStyle = colours[subject(placed.print.name)] ?? colours.quiet;
      const end = size.width - (placed.y ? 0 : ICON);
      pen.fillText(placed.print.name, Math.max(Math.min(placed.x, end - pen.measureText(placed.print.name).width), 0), placed.y + 17);
      pen.font = `10px ${family}`;
      paintSheet(pen, placed, scale, colours);
    }
    return false;
  }

  morph() {}

  layers() {
    /** @type {import("./layers.js").LayerName[]} */
    const there = [];
    if (this.reals.length) there.push("real");
    if (this.fakes.length) there.push("fake");
    if (this.scale()) there.push("belief");
    return there;
  }

  scale() {
    const scores = [...this.reals, ...this.fakes].flatMap((print) => print.scores ?? []).filter(Number.isFinite);
    return scores.length ? { low: Math.min(...scores), high: Math.max(...scores) } : null;
  }

  words() {
    const names = this.#seen.map((print) => `${print.columns * print.rows} pictures, ${print.name}`);
    const scale = this.scale();
    return names.join("; ") + (scale ? `; D scores them from ${number(scale.low)} to ${number(scale.high)}` : "");
  }

  at() {
    return "";
  }

  get #seen() {
    if (!this.compared) return this.fakes;
    return [this.fakes.find(({ name }) => /fake/.test(name)) ?? this.fakes[0]].filter(Boolean);
  }

  /**
   * Beside fakes, real pictures are a strip, below or to the right.  Of all ways to lay the sheets out, take the one with
   * the largest tiles.
   *
   * @param {Size} size @param {Layers} layers @returns {Placed[]}
   */
  #arrange(size, layers) {
    const fakes = layers.fake ? this.#seen.map(whole) : [];
    const reals = layers.real ? this.reals.map(whole) : [];
    const strips = fakes.length
      ? [reals.map((real) => ({ ...real, rows: 1 })), reals.map((real) => ({ ...real, columns: 1 }))]
      : [reals];
    const plans = strips.flatMap((strip) => {
      const all = [...fakes, ...strip];
      return all.flatMap((_, i) => [plan(all, i + 1, size, layers.belief, false), plan(all, i + 1, size, layers.belief, true)]);
    });
    const worth = (/** @type {Placed[]} */ laid) => {
      if (laid.every(({ foot }) => foot <= BAR)) return laid[0].step;
      return laid[0].step < READABLE ? 0 : 1.2 * laid[0].step;  // digits are worth somewhat smaller tiles
    };
    return plans.reduce((best, next) => (best.length && worth(best) >= worth(next) ? best : next), []);
  }
}

/** @param {Print} print @returns {Part} */
const whole = (print) => ({ print, columns: print.columns, rows: print.rows });

/** @param {import("./message.js").ImagesShape} shape @param {string} name @returns {Promise<Print[]>} */
function develop(shape, name) {
  const sheets = shape.sheets ?? [/** @type {import("./message.js").Sheet} */ (shape)];
  return Promise.all(sheets.map(async (sheet) => {
    const picture = await createImageBitmap(new Blob([bytes(sheet.sheet)], { type: "image/webp" }));
    return { ...sheet, name: sheet.name || name, picture };
  }));
}

/** A tile, its score and the gap below.  @param {Print} print @param {number} step @param {number} foot */
const heightOf = (print, step, foot) => ((step - GAP) * print.tile[0]) / print.tile[1] + GAP + foot;

/**
 * All parts with tiles of one width, `across` of them side by side.
 *
 * @param {Part[]} parts @param {number} across @param {Size} size @param {boolean} scores @param {boolean} digits
 * @returns {Placed[]}
 */
function plan(parts, across, size, scores, digits) {
  const bands = [];
  for (let i = 0; i < parts.length; i += across) bands.push(parts.slice(i, i + across));
  let step = Infinity;
  const footOf = (/** @type {Part[]} */ band) =>
    scores && band.some(({ print }) => print.scores) ? BAR + (digits ? TEXT : 0) : 0;
  const tallest = (/** @type {Part[]} */ band) =>
    TITLE + Math.max(...band.map(({ print, rows }) => rows * heightOf(print, step, footOf(band))));
  for (const band of bands) {
    const columns = band.reduce((sum, { columns }) => sum + columns, 0);
    step = Math.min(step, Math.floor((size.width + GAP - SPACE * (band.length - 1)) / columns));
  }
  while (step > 4 && bands.reduce((sum, band) => sum + tallest(band), 0) > size.height) step--;
  let y = 0;
  return bands.flatMap((band) => {
    let x = 0;
    const placed = band.map((part) => {
      const here = { ...part, step, foot: footOf(band), x, y };
      x += part.columns * step + SPACE;
      return here;
    });
    y += tallest(band);
    return placed;
  });
}

/** @param {Pen} pen @param {Placed} placed @param {Scale | null} scale @param {Palette} colours */
function paintSheet(pen, { print, columns, rows, x, y, step, foot }, scale, colours) {
  const [h, w] = print.tile;
  const wide = step - GAP, high = (wide * h) / w;
  const down = heightOf(print, step, foot);
  pen.imageSmoothingEnabled = wide < w;  // enlarged pixels stay pixels
  pen.textAlign = "center";
  for (let i = 0; i < rows * columns; i++) {
    const tx = x + (i % columns) * step, ty = y + TITLE + Math.floor(i / columns) * down;
    const sx = (i % print.columns) * w, sy = Math.floor(i / print.columns) * h;
    pen.drawImage(print.picture, sx, sy, w, h, tx, ty, wide, high);
    if (scale && print.scores) paintScore(pen, print.scores[i], scale, colours, [tx, ty + high, wide], foot > BAR);
  }
  pen.imageSmoothingEnabled = true;
}

/**
 * A bar coloured between the lowest and the highest score on the stage, and the score itself where it can be read.
 *
 * @param {Pen} pen @param {number | null} score @param {Scale} scale
 * @param {Palette} colours @param {[number, number, number]} place x, y, width @param {boolean} digits
 */
function paintScore(pen, score, scale, colours, [x, y, wide], digits) {
  if (Number.isFinite(score)) {
    const part = (score - scale.low) / (scale.high - scale.low || 1);
    pen.fillStyle = part < 0.5 ? colours.fake : colours.real;
    pen.globalAlpha = 0.15 + 0.85 * Math.abs(2 * part - 1);
    pen.fillRect(x, y + 1, wide, 2);
    pen.globalAlpha = 1;
  }
  if (!digits) return;
  pen.fillStyle = colours.quiet;
  pen.fillText(number(score), x + wide / 2, y + BAR + 9, wide);  // pressed together rather than into the next one
}
