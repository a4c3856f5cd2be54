/** The legend's words switch the layers of the picture. */

import { number } from "./words.js";

export class Legend {
  /**
   * @param {HTMLElement} root @param {import("./stage.js").Layers} layers changed in place
   * @param {() => void} changed
   */
  constructor(root, layers, changed) {
    this.buttons = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll(".legend button")]);
    this.ramp = /** @type {HTMLElement} */ (root.querySelector(".ramp"));
    this.scores = /** @type {HTMLElement} */ (root.querySelector(".scores"));
    this.layers = layers;
    for (const button of this.buttons) {
      button.addEventListener("click", () => {
        const layer = /** @type {keyof import("./stage.js").Layers} */ (button.dataset.layer);
        layers[layer] = !layers[layer];
        button.setAttribute("aria-pressed", String(layers[layer]));
        changed();
      });
    }
  }

  /** Offer only the layers that this picture has.  @param {import("./stage.js").Painter | null} painter */
  show(painter) {
    const there = painter?.layers() ?? [];
    for (const button of this.buttons) button.hidden = !there.includes(/** @type {any} */ (button.dataset.layer));
    const scale = painter?.scale();
    this.ramp.hidden = !scale || !this.layers.belief;
    if (scale) this.scores.textContent = `scores ${number(scale.low)} to ${number(scale.high)}`;
  }
}
