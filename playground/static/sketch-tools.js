/** The tools of the pad: pen, eraser, their width, undo, redo, clear; as buttons and as keys. */

import { BLANK } from "./sketch-sheet.js";

/** @type {Record<string, string>} */
const KEYS = { p: "pen", e: "eraser", x: "clear" };

export class Tools {
  /** @param {HTMLElement} root the whole page @param {import("./sketch-pad.js").Pad} pad */
  constructor(root, pad) {
    this.root = root;
    this.pad = pad;
    this.width = /** @type {HTMLInputElement} */ (root.querySelector(".width input"));
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => this.press(/** @type {HTMLElement} */ (button).dataset.tool ?? ""));
    }
    this.width.addEventListener("input", () => {
      pad.widths[pad.rubs ? "eraser" : "pen"] = Number(this.width.value) / 1000;
      pad.repaint();
    });
    document.addEventListener("keydown", (event) => this.#key(event));
    this.show();
  }

  /** @param {string} tool */
  press(tool) {
    const { pad } = this, { ground, strokes } = pad.past.now;
    if (tool === "undo") pad.undo();
    else if (tool === "redo") pad.redo();
    else if (tool === "clear") {
      if (pad.draws && (strokes.length || ground)) pad.lay(pad.medium.restores ? { ground, strokes: [] } : BLANK);
    } else pad.rubs = tool === "eraser";
    this.show();
  }

  show() {
    const { pad } = this, { ground, strokes } = pad.past.now;
    const there = { undo: pad.past.before.length, redo: pad.past.after.length, clear: strokes.length || (ground && !pad.medium.restores) };
    for (const [tool, some] of Object.entries(there)) this.#button(tool).disabled = !some;
    this.#button("pen").setAttribute("aria-pressed", String(!pad.rubs));
    this.#button("eraser").setAttribute("aria-pressed", String(pad.rubs));
    this.width.value = String(Math.round(1000 * pad.widths[pad.rubs ? "eraser" : "pen"]));
    this.width.setAttribute("aria-valuetext", `${(Number(this.width.value) / 10).toFixed(1)} % of the sheet`);
    const words = pad.medium.restores ? ["Rubber", "Bring back"] : ["Pen", "Eraser"];
    ["pen", "eraser"].forEach((tool, i) => (/** @type {HTMLElement} */ (this.#button(tool).querySelector("b")).textContent = words[i]));
    this.root.dataset.draws = String(pad.draws);
  }

  /** @param {string} tool */
  #button(tool) {
    return /** @type {HTMLButtonElement} */ (this.root.querySelector(`[data-tool="${tool}"]`));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const typing = /** @type {HTMLElement} */ (event.target).matches?.("input:not([type=range], [type=color]), textarea, select");
    if (typing || !this.root.isConnected || event.altKey || this.pad.live) return;
    const key = event.key.toLowerCase(), command = event.ctrlKey || event.metaKey;
    const tool = command ? (key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "") : KEYS[key];
    if (!tool) return;
    event.preventDefault();
    this.press(tool);
  }
}
