/** The newest readings and checks as a list: a name, how it went so far, a number. */

import { strokes } from "./colours.js";
import { fullName, meaning, number } from "./words.js";

const EVERY = 400;            // ms between two refreshes: numbers that flicker cannot be read
const [WIDE, HIGH] = [48, 16];  // of a sparkline, in pixels
const STOPS = 32;

/** @typedef {{value: HTMLElement, aside: HTMLElement, spark: HTMLCanvasElement}} Row */

export class Numbers {
  /** @param {HTMLElement} list @param {"readings" | "checks"} which */
  constructor(list, which) {
    this.list = list;
    this.which = which;
    /** @type {import("./scene.js").Scene[]} */
    this.scenes = [];
    /** @type {number | null} */
    this.round = null;
    /** @type {Row[]} */
    this.rows = [];
    this.names = "";
    this.timer = 0;
  }

  /** @param {import("./scene.js").Scene[]} scenes @param {number | null} round of the past; null: the newest */
  show(scenes, round) {
    const hurry = round !== this.round;
    [this.scenes, this.round] = [scenes, round];
    if (hurry) clearTimeout(this.timer);
    if (hurry || !this.timer) this.timer = setTimeout(() => this.#refresh(), hurry ? 0 : EVERY);
  }

  #refresh() {
    this.timer = 0;
    const columns = [...new Set(this.scenes.flatMap((scene) => scene[this.which].columns))];
    this.#build(columns);
    const looks = strokes(columns);
    this.rows.forEach((row, column) => {
      const name = columns[column];
      const whose = /** @type {import("./scene.js").Scene} */ (this.scenes.find((scene) => scene[this.which].columns.includes(name)));
      const history = whose[this.which], floor = whose.known.floors?.[name];
      const values = this.scenes.map((scene) => valueOf(scene[this.which], name, this.round));
      const words = values.map((value) => (isCount(floor) && Number.isFinite(value) ? String(Math.round(value)) : number(value)));
      say(row.value, words);
      row.aside.textContent = floor === undefined || words.length > 1 ? "" : isCount(floor) ? `/ ${floor}` : `best ${number(floor)}`;
      row.aside.className = isCount(floor) ? "" : "floor";
      paintSpark(row.spark, means(history.line(history.columns.indexOf(name)), STOPS), looks[column].colour);
    });
  }

  /** One row per column; built anew only when the names change.  @param {string[]} columns */
  #build(columns) {
    const names = columns.join("\n");
    if (names === this.names) return;
    this.names = names;
    const made = columns.map(makeRow);
    this.rows = made.map(([, row]) => row);
    this.list.replaceChildren(...made.map(([item]) => item));
  }
}

/** One value as text; several in columns.  @param {HTMLElement} place @param {string[]} words */
function say(place, words) {
  if (words.length === 1) return void (place.textContent = words[0]);
  place.replaceChildren(...words.map((word) => Object.assign(document.createElement("span"), { textContent: word })));
}

/** A history's value at a round, or its newest; NaN if there is none.  @param {import("./history.js").History} history @param {string} name @param {number | null} round */
function valueOf(history, name, round) {
  const column = history.columns.indexOf(name);
  return column < 0 ? NaN : round === null ? history.latest(column) : history.at(column, round);
}

/** A floor of two or more is a number of things (eight modes), not a distance or a share.  @param {number | undefined} floor */
const isCount = (floor) => floor !== undefined && Number.isInteger(floor) && floor >= 2;

/** @param {string} name @returns {[HTMLElement, Row]} */
function makeRow(name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.className = "name";
  label.textContent = fullName(name);
  item.title = meaning(name);
  const spark = document.createElement("canvas");
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  [spark.width, spark.height] = [WIDE * ratio, HIGH * ratio];
  spark.setAttribute("aria-hidden", "true");
  const value = document.createElement("b");
  const aside = document.createElement("small");
  item.append(label, spark, value, aside);
  return [item, { value, aside, spark }];
}

/** Means over equal stretches of a line; NaN where a stretch has no number.  @param {Float32Array} line @param {number} most */
function means(line, most) {
  const stretches = Math.min(most, line.length);
  return Array.from({ length: stretches }, (_, i) => {
    const from = Math.floor((i * line.length) / stretches), to = Math.floor(((i + 1) * line.length) / stretches);
    const there = line.subarray(from, to).filter(Number.isFinite);
    return there.reduce((sum, value) => sum + value, 0) / there.length;
  });
}

/** @param {HTMLCanvasElement} spark @param {number[]} values NaN = gap @param {string} colour */
function paintSpark(spark, values, colour) {
  const pen = /** @type {CanvasRenderingContext2D} */ (spark.getContext("2d"));
  pen.setTransform(spark.width / WIDE, 0, 0, spark.height / HIGH, 0, 0);
  pen.clearRect(0, 0, WIDE, HIGH);
  const there = values.filter(Number.isFinite);
  if (there.length < 2) return;
  const low = Math.min(...there), span = Math.max(...there) - low || 1;
  let drawing = false;
  pen.beginPath();
  values.forEach((value, i) => {
    const x = 1 + (i / (values.length - 1)) * (WIDE - 2), y = HIGH - 2 - ((value - low) / span) * (HIGH - 4);
    if (Number.isFinite(value)) drawing ? pen.lineTo(x, y) : pen.moveTo(x, y);
    drawing = Number.isFinite(value);
  });
  pen.strokeStyle = colour;
  pen.lineWidth = 1.2;
  pen.lineJoin = "round";
  pen.stroke();
}
