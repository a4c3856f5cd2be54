/** The pad: a distribution is drawn, rubbed out, stamped or brought as a file. Its value is the drawing's text in the recipe. */

import { listenToKeys, listenToPointers } from "./brush.js";
import { BadFile, LARGEST, inkOf, points } from "./csv.js";
import { Ink, SIDE } from "./ink.js";
import { Past } from "./undo.js";
import { Sheet } from "./sheet.js";
import { STAMPS } from "./stamps.js";

const BLUR = 0.03;  // where no blur can be read

/** Outlives the pad, which the page takes away when other data are chosen: undo brings the drawing back. */
const past = new Past(new Ink());
const same = (/** @type {Ink} */ one, /** @type {Ink} */ other) => one.text() === other.text();

/**
 * @param {HTMLElement} element holds pad.html
 * @param {{value: string}} props value is the drawing's text
 * @param {(prop: string, changed: () => void) => void} watch
 * @param {(event: string) => void} trigger tells Python `input` when a person has changed the drawing
 */
export function mount(element, props, watch, trigger) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (element.querySelector(name));
  const root = find(".pad"), said = find(".said"), canvas = /** @type {HTMLCanvasElement} */ (find("canvas"));
  const size = /** @type {HTMLInputElement} */ (find(".size input")), file = /** @type {HTMLInputElement} */ (find(".bring input"));
  let sent = "";                // what Python knows
  let tool = "draw";
  let [draws, rubs] = [false, false];  // whether there is a stroke at hand, and whether it rubs out
  /** @type {import("./ink.js").Place | null} */
  let at = null;

  const sheet = new Sheet(canvas, () => ({
    ink: past.now,
    sigma: (blur(element) * SIDE) / 2,
    radius: Number(size.value),
    rubs: draws ? rubs : tool === "erase",
    at,
  }));

  /** @param {string} words @param {boolean} [wrong] */
  function say(words, wrong = false) {
    said.textContent = words;
    said.classList.toggle("wrong", wrong);
  }

  function show() {
    const count = past.now.inked;
    sheet.changed();
    canvas.setAttribute("aria-label", count ? `A drawing of ${count} squares` : "Nothing drawn yet");
    for (const [act, there] of [["undo", past.before.length], ["redo", past.after.length], ["clear", count]]) {
      /** @type {HTMLButtonElement} */ (find(`[data-act="${act}"]`)).disabled = !there;
    }
  }

  /** Once for a whole stroke, never for each move of the mouse. */
  function send() {
    show();
    const text = past.now.text();
    if (text === sent) return;
    props.value = sent = text;
    trigger("input");
  }

  /** @param {Ink} next */
  function replace(next) {
    past.go(next);
    past.settle(same);
    send();
  }

  /** @type {import("./brush.js").Hand} */
  const hand = {
    start(turned) {
      [draws, rubs] = [true, turned || tool === "erase"];
      past.go(past.now.copy());
      say("");
    },
    move(from, to) {
      past.now.line(from, to, Number(size.value), rubs);
      sheet.changed();
    },
    end() {
      draws = false;
      past.settle(same);
      send();
    },
    hover(place) {
      at = place;
      sheet.repaint();
    },
  };

  /** @param {string} chosen */
  function take(chosen) {
    tool = chosen;
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.tool === tool));
    }
    sheet.repaint();
  }

  /** @param {string} act */
  function perform(act) {
    if (draws) return;
    say("");
    if (act === "clear") return replace(new Ink());
    if (act === "undo") past.undo();
    if (act === "redo") past.redo();
    send();
  }

  /** @param {string} name */
  function stamp(name) {
    const next = new Ink();
    for (const stroke of STAMPS[name]) {
      for (let i = 1; i < stroke.length; i++) next.line(stroke[i - 1], stroke[i], Number(size.value));
    }
    say("");
    replace(next);
  }

  /** @param {File} brought */
  async function bring(brought) {
    try {
      if (brought.size > LARGEST) throw new BadFile(`This file is larger than ${LARGEST / 2 ** 20} MB; bring a part of its points.`);
      const found = points(await brought.text());
      replace(inkOf(found));
      say(`${found.length.toLocaleString("en")} points from ${brought.name}, scaled to fit.`);
    } catch (error) {
      say(error instanceof BadFile ? error.message : "This file could not be read.", true);
    }
  }

  for (const name of Object.keys(STAMPS)) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.stamp = button.textContent = name;
    find(".stamps").append(button);
  }
  root.addEventListener("click", (event) => {
    const { tool: chosen, act, stamp: name } = /** @type {HTMLElement} */ (event.target).dataset;
    if (chosen) take(chosen);
    if (act) perform(act);
    if (name) stamp(name);
  });
  root.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase(), command = event.ctrlKey || event.metaKey;
    if (command && (key === "z" || key === "y")) {
      event.preventDefault();
      perform(key === "y" || event.shiftKey ? "redo" : "undo");
    } else if (key === "e" && !command && event.target === canvas) take(tool === "erase" ? "draw" : "erase");
  });
  size.addEventListener("input", () => sheet.repaint());
  file.addEventListener("change", () => {
    if (file.files?.[0]) bring(file.files[0]);
    file.value = "";  // the same file may be brought again
  });
  group(element).addEventListener("input", () => sheet.changed());  // the blur
  listenToPointers(canvas, hand);
  listenToKeys(canvas, hand);

  /** The page has another drawing for us: of a link, of a preset, of a saved run. */
  function takeOver() {
    if (props.value === sent) return;
    sent = props.value;
    past.go(Ink.read(props.value) ?? new Ink());
    past.settle(same);
    say("");
    show();
  }

  if (!past.now.inked && !past.before.length) past.now = Ink.read(props.value) ?? new Ink();  // the page's first pad
  watch("value", takeOver);
  takeOver();
  show();
}

/** The data's controls, of which the pad is one.  @param {HTMLElement} element @returns {HTMLElement} */
const group = (element) => element.closest(".knobs") ?? element;

/** The blur that stands beside the pad.  @param {HTMLElement} element */
function blur(element) {
  const box = /** @type {HTMLInputElement | null} */ (group(element).querySelector("[id$='-sigma'] input[type=number]"));
  const sigma = Number(box?.value);
  return sigma >= 0.005 && sigma <= 0.5 ? sigma : BLUR;
}
