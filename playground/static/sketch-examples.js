/** Drawings to start from, as small pictures. */

import { NAMES, drawn } from "./sketch-drawings.js";
import { PEN_ON_PAPER, Sheet, canvasOf } from "./sketch-sheet.js";

const SIDE = 88;  // pixels of a small picture

/** @param {HTMLElement} root @param {(name: string) => void} chosen */
export function drawings(root, chosen) {
  root.replaceChildren(...NAMES.map((name) => {
    const button = Object.assign(document.createElement("button"), { type: "button", title: name }), canvas = canvasOf(SIDE);
    button.setAttribute("aria-label", name);
    new Sheet(canvas).paint({ ground: null, strokes: drawn(name) }, PEN_ON_PAPER);
    button.append(canvas);
    button.addEventListener("click", () => chosen(name));
    return button;
  }));
}
