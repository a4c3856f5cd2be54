/** Two charts: what the players say (losses, scores, gradients) and what an outsider measures (checks). */

import { Chart } from "./chart.js";
import { onTheme } from "./colours.js";

/** @typedef {[name: string, belongs: RegExp]} Group */

/** @type {Group[]} the first that fits takes a column */
const READINGS = [
  ["Losses", /(.+_| )loss$/],
  ["Copies", /^(loss|reconstruction|KL to noise)$/],
  ["Distances", /^(L1|cycle|identity|content|squared error|reconstruction [ab])$/],
  ["Scores", /^D\w*\s*\(/],
  ["Codes", /^(information|number)/],
  ["Classes", /named$/],
  ["Gradients", /grad/i],
  ["Other", /./],
];

/** @type {Group[]} numbers on the same scale share a chart */
const CHECKS = [
  ["Modes", /^modes$/i],
  ["Variety", /^variety$/],
  ["Quality", /^hq$/i],
  ["KL and JS", /^(kl|js)$/i],
  ["Class KL", /^class KL$/],
  ["Test error", /^test error$/],
  ["L1 to truth", /^L1 to truth$/],
  ["Sharpness", /^sharpness$/],
  ["Other", /./],
];

export class Curves {
  /** @param {HTMLElement} side */
  constructor(side) {
    this.tools = /** @type {HTMLElement} */ (side.querySelector(".tools"));
    this.charts = [
      new Chart(/** @type {HTMLElement} */ (side.querySelector(".readings")), "readings", READINGS),
      new Chart(/** @type {HTMLElement} */ (side.querySelector(".checks")), "checks", CHECKS),
    ];
    this.#wire();
    onTheme(this, ({ charts }) => charts.forEach((chart) => chart.change({})));
  }

  /** @param {import("./scene.js").Scene[]} scenes @param {number | null} round of the past that is visited */
  show(scenes, round) {
    for (const chart of this.charts) chart.show(scenes, round);
    this.tools.hidden = this.charts.every((chart) => chart.root.hidden);
  }

  #wire() {
    const slider = /** @type {HTMLInputElement} */ (this.tools.querySelector("input"));
    const output = /** @type {HTMLOutputElement} */ (this.tools.querySelector("output"));
    slider.addEventListener("input", () => {
      const smoothing = Number(slider.value);
      output.textContent = smoothing ? smoothing.toFixed(2) : "off";
      this.charts.forEach((chart) => chart.change({ smoothing }));
    });
    const log = /** @type {HTMLButtonElement} */ (this.tools.querySelector(".log"));
    log.addEventListener("click", () => {
      const on = log.getAttribute("aria-pressed") !== "true";
      log.setAttribute("aria-pressed", String(on));
      this.charts.forEach((chart) => chart.change({ log: on }));
    });
  }
}
