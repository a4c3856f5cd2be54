/** Chips, sliders, switches and lists of numbers, as plain HTML. */

import { DASH, number } from "./words.js";

/** @typedef {{name: string, title: string, about?: string}} Choice */

/**
 * One of several, chosen by a press.
 *
 * @param {HTMLElement} root @param {Choice[]} choices @param {string} chosen @param {(name: string) => void} changed
 */
export function chips(root, choices, chosen, changed) {
  const buttons = choices.map(({ name, title, about }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.dataset.name = name;
    if (about) button.title = about;
    button.addEventListener("click", () => {
      mark(name);
      changed(name);
    });
    return button;
  });
  const mark = (/** @type {string} */ name) =>
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.name === name)));
  mark(chosen);
  root.replaceChildren(...buttons);
}

/**
 * @typedef {object} Scale
 * @property {string} title
 * @property {number} low
 * @property {number} high
 * @property {number} [step]
 * @property {boolean} [log] the slider moves on a logarithmic scale
 * @property {string} [help]
 * @property {(value: number) => string} [write]
 */

/**
 * A slider.  Its `show` moves it without telling anybody.
 *
 * @param {Scale} scale @param {number} value @param {(value: number, dragging: boolean) => void} changed
 */
export function slider({ title, low, high, step = 0.01, log = false, help = "", write = number }, value, changed) {
  const [to, from] = log ? [Math.log10, (/** @type {number} */ v) => 10 ** v] : [(/** @type {number} */ v) => v, (/** @type {number} */ v) => v];
  const label = document.createElement("label"), words = document.createElement("span");
  const input = document.createElement("input"), output = document.createElement("output");
  words.textContent = title;
  if (help) label.title = help;
  Object.assign(input, { type: "range", min: to(low), max: to(high), step: log ? 0.01 : step });
  const tidy = (/** @type {number} */ v) => Number(v.toPrecision(4));
  const show = (/** @type {number} */ v) => {
    input.value = String(to(v));
    output.textContent = write(v);
    input.setAttribute("aria-valuetext", write(v));
  };
  const told = (/** @type {boolean} */ dragging) => {
    const now = tidy(from(Number(input.value)));
    output.textContent = write(now);
    input.setAttribute("aria-valuetext", write(now));
    changed(now, dragging);
  };
  input.addEventListener("input", () => told(true));
  input.addEventListener("change", () => told(false));
  show(value);
  label.append(words, input, output);
  return { element: label, show };
}

/** A switch.  @param {string} title @param {boolean} on @param {(on: boolean) => void} changed */
export function toggle(title, on, changed) {
  const label = document.createElement("label"), input = document.createElement("input"), words = document.createElement("span");
  label.className = "toggle";
  Object.assign(input, { type: "checkbox", checked: on });
  words.textContent = title;
  input.addEventListener("change", () => changed(input.checked));
  label.append(input, words);
  return label;
}

/** Rows of a list of numbers: [name, value, remark].  @param {HTMLElement} root @param {[string, string, string?][]} rows */
export function facts(root, rows) {
  root.replaceChildren(...rows.map(([name, value, remark]) => {
    const row = document.createElement("div"), term = document.createElement("dt"), said = document.createElement("dd");
    term.textContent = name;
    said.textContent = value;
    if (remark) said.append(Object.assign(document.createElement("small"), { textContent: remark }));
    row.append(term, said);
    return row;
  }));
}

/** A factor a round, to four places: near 1 three digits would hide everything.  @param {number | null | undefined} value */
export const factor = (value) => (value === null || value === undefined ? DASH : value.toFixed(4));
