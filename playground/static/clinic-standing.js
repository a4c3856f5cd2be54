/** How the failure and its cure stand: round, modes, JS, variety and symptoms, side by side, from what the stage has heard. */

import { count, number } from "./words.js";

const EVERY = 400;  // ms between two refreshes: numbers that flicker cannot be read

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {Record<string, string>} Stand what is told of one run, row by row */

export class Standing {
  /** @param {HTMLElement} table */
  constructor(table) {
    this.table = table;
    /** @type {Record<string, Stand>} by preset: what was heard last, also of a run that is no longer on the stage */
    this.known = {};
    this.columns = ["", ""];
    this.reading = "";
    this.timer = 0;
  }

  /** A new beginning: nothing is known.  @param {string[]} columns presets: the failure and the cure @param {string} reading that the lesson is about, or none */
  open(columns, reading) {
    this.columns = columns;
    this.reading = reading;
    this.known = Object.fromEntries(Object.entries(this.known).filter(([name]) => name === columns[0]));
    this.#draw();
  }

  forget() {
    this.known = {};
  }

  /** @param {Scene[]} scenes @param {string[]} presets what they are */
  hear(scenes, presets) {
    scenes.forEach((scene, nth) => presets[nth] && (this.known[presets[nth]] = stand(scene, this.reading)));
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      this.#draw();
    }, EVERY);
  }

  #draw() {
    const stands = this.columns.map((name) => this.known[name] ?? {});
    const rows = [...new Set(stands.flatMap((each) => Object.keys(each)))];
    this.table.querySelector("tbody")?.replaceChildren(...rows.map((row) => line(row, stands.map((each) => each[row] ?? "–"))));
  }
}

/** @param {Scene} scene @param {string} reading @returns {Stand} */
function stand(scene, reading) {
  const { round, floors = {}, health = [], past = [], symptoms = {} } = scene.known;
  const { columns } = scene.checks;
  const value = (/** @type {string} */ name) => columns.includes(name) ? scene.checks.latest(columns.indexOf(name)) : NaN;
  /** @type {Stand} */
  const told = { round: count(round) };
  if (reading) told[reading] = number(scene.readings.latest(scene.readings.columns.indexOf(reading)));
  if (Number.isFinite(value("modes"))) told.modes = `${count(value("modes"))} of ${count(floors.modes)}`;
  if (columns.includes("js")) told["JS (0 is best)"] = number(value("js"));
  if (columns.includes("variety")) told["variety (1 is best)"] = number(value("variety"));
  const titles = (/** @type {{symptom: string}[]} */ each) => [...new Set(each.map(({ symptom }) => symptoms[symptom]?.title ?? symptom))].join(", ");
  told.symptoms = titles(health) || (past.length ? `none now; earlier: ${titles(past)}` : "none");
  return told;
}

/** @param {string} name @param {string[]} words */
function line(name, words) {
  const row = document.createElement("tr");
  row.append(Object.assign(document.createElement("th"), { textContent: name, scope: "row" }), ...words.map((word) => Object.assign(document.createElement("td"), { textContent: word })));
  return row;
}
