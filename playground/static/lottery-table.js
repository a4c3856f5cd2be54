/** A table of lotteries: a cell for each, the stronger its colour the worse; and what the variance in failing goes with. */

import { percent } from "./lottery-wall.js";
import { chips } from "./theory-controls.js";
import { number } from "./words.js";

/**
 * @typedef {{failed: number, of: number, low: number, high: number, modes: number, means: Record<string, [number | null, number | null]>}} Cell
 * @typedef {{name: string, title: string}} Named
 * @typedef {{rows: number, columns: number, both: number, luck: number}} Blame
 */

const WORST_JS = Math.LN2;

export class Table {
  /** @param {HTMLElement} root @param {Record<string, string>} measures @param {(cell: number) => void} chosen */
  constructor(root, measures, chosen) {
    this.root = root;
    this.chosen = chosen;
    this.measure = "failed";
    this.find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    /** @type {Map<number, Cell>} */
    this.cells = new Map();
    chips(this.find(".measures"), Object.entries(measures).map(([name, title]) => ({ name, title })), this.measure, (name) => {
      this.measure = name;
      this.cells.forEach((_, cell) => this.#fill(cell));
      this.#link();
    });
  }

  /** @param {string} name @param {Named[]} rows @param {Named[]} columns @param {string} across what columns are: "rates" or "data" */
  open(name, rows, columns, across) {
    this.name = name;
    this.cells.clear();
    this.across = across;
    this.root.hidden = rows.length * columns.length === 1;
    const head = document.createElement("tr"), corner = document.createElement("td");
    head.append(corner, ...columns.map(({ title }) => Object.assign(document.createElement("th"), { textContent: title, scope: "col" })));
    const lines = rows.map(({ title }, row) => {
      const line = document.createElement("tr");
      line.append(Object.assign(document.createElement("th"), { textContent: title, scope: "row" }));
      columns.forEach((column, at) => line.append(this.#cell(row * columns.length + at, `${title}, ${column.title}`)));
      return line;
    });
    this.find("table").replaceChildren(head, ...lines);
    this.find(".blame").hidden = true;
    this.#link();
  }

  /** @param {number} cell @param {Cell} drawn */
  show(cell, drawn) {
    this.cells.set(cell, drawn);
    this.#fill(cell);
  }

  /** @param {number} cell @param {number} share of it that is drawn */
  goes(cell, share) {
    const button = this.#button(cell);
    if (this.cells.has(cell) || !button) return;
    if (button.dataset.state === "lost") Object.assign(button, { textContent: "", title: "" });
    button.dataset.state = "now";
    button.setAttribute("aria-label", `${button.dataset.label}: being drawn`);
    button.style.setProperty("--done", percent(share).replace(" ", ""));
  }

  /** @param {number} cell @param {string} why */
  lose(cell, why) {
    const button = this.#button(cell);
    if (!button) return;
    Object.assign(button.dataset, { state: "lost" });
    Object.assign(button, { textContent: "–", title: why });
    button.setAttribute("aria-label", `${button.dataset.label}: ${why}`);
  }

  /** @param {number} cell */
  mark(cell) {
    for (const button of this.root.querySelectorAll("td button")) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.cell === String(cell)));
  }

  /** @param {Blame | null} blame */
  explain(blame) {
    const figure = this.find(".blame");
    figure.hidden = !blame;
    if (!blame) return;
    const data = this.across === "data", share = (/** @type {keyof Blame} */ name) => percent(blame[name]);
    const parts = /** @type {[keyof Blame, string][]} */ ([["rows", "loss"], ["columns", data ? "data" : "rate"], ["both", "pairs"], ["luck", "luck"]]);
    figure.querySelector(".bar").replaceChildren(...parts.map(([name, title]) => {
      const bar = Object.assign(document.createElement("span"), { className: name, title: `${title}: ${share(name)}` });
      bar.style.flexGrow = String(blame[name]);
      bar.textContent = blame[name] > 0.1 ? `${title} ${share(name)}` : "";
      return bar;
    }));
    figure.querySelector("figcaption").textContent =
      `Who fails? Of the variance ${share("rows")} goes with the loss, ${share("columns")} with ${data ? "the data" : "the learning rate"}, ${share("both")} with certain losses `
      + `${data ? "on certain data" : "at certain rates"}, and ${share("luck")} is luck: runs of one cell differ in nothing but the seed.`;
  }

  /** @param {number} cell @param {string} label */
  #cell(cell, label) {
    const place = document.createElement("td"), button = Object.assign(document.createElement("button"), { type: "button", textContent: "" });
    Object.assign(button.dataset, { cell: String(cell), state: "open", label });
    button.setAttribute("aria-label", `${label}: not drawn yet`);
    button.addEventListener("click", () => this.chosen(cell));
    place.append(button);
    return place;
  }

  /** @param {number} cell */
  #button(cell) {
    return /** @type {HTMLButtonElement | null} */ (this.root.querySelector(`[data-cell="${cell}"]`));
  }

  /** @param {number} cell */
  #fill(cell) {
    const drawn = /** @type {Cell} */ (this.cells.get(cell)), button = this.#button(cell);
    if (!button) return;
    const [mean, error] = drawn.means[this.measure], said = this.#said(mean), { label } = button.dataset;
    const words = `${drawn.failed} of ${drawn.of} seeds fail (95 %: ${percent(drawn.low)} to ${percent(drawn.high)})`;
    button.dataset.state = "drawn";
    button.replaceChildren(said, Object.assign(document.createElement("small"), { textContent: this.measure === "failed" ? `${drawn.failed} of ${drawn.of}` : error === null ? "" : `± ${this.measure === "hq" ? percent(error) : error.toFixed(this.measure === "modes" ? 1 : 2)}` }));
    button.style.setProperty("--bad", String(this.#badness(mean, drawn.modes).toFixed(3)));
    button.title = words;
    button.setAttribute("aria-label", `${label}: ${said}; ${words}`);
  }

  /** @param {number | null} mean */
  #said(mean) {
    if (mean === null) return number(mean);
    return this.measure === "failed" || this.measure === "hq" ? percent(mean) : mean.toFixed(this.measure === "modes" ? 1 : 2);
  }

  /** From 0, good, to 1.  @param {number | null} mean @param {number} modes that there are to find */
  #badness(mean, modes) {
    if (mean === null) return 1;
    return { failed: mean, hq: 1 - mean, js: mean / WORST_JS, modes: 1 - mean / modes }[this.measure] ?? 0;
  }

  #link() {
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.root.querySelectorAll("[data-kind]"))) link.href = `/lottery/${this.name}/table.${link.dataset.kind}?measure=${this.measure}`;
  }
}
