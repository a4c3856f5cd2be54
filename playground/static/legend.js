/** The legend's words switch the layers of the picture. */

import { HEATS, heatOf, toggle } from "./layers.js";
import { number } from "./words.js";

export class Legend {
  /**
   * @param {HTMLElement} root @param {import("./layers.js").Layers} layers changed in place
   * @param {{changed: () => void, morph: () => void}} listener
   */
  constructor(root, layers, listener) {
    this.buttons = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll(".legend [data-layer]")]);
    this.ramp = /** @type {HTMLElement} */ (root.querySelector(".ramp"));
    this.ends = /** @type {HTMLElement[]} */ ([...this.ramp.querySelectorAll(".end")]);
    this.scores = /** @type {HTMLElement} */ (root.querySelector(".scores"));
    this.layers = layers;
    for (const button of this.buttons) {
      const name = nameOf(button);
      button.addEventListener("click", () => {
        toggle(layers, name);
        if (name === "manifold" && layers.manifold) listener.morph();
        listener.changed();
      });
      if (name === "manifold") button.addEventListener("pointerenter", () => layers.manifold && listener.morph());
    }
  }

  /** Offer only the layers that this picture has.  @param {import("./stage.js").Painter | null | undefined} painter */
  show(painter) {
    const there = painter?.layers() ?? [];
    for (const button of this.buttons) {
      button.hidden = !there.includes(nameOf(button));
      button.setAttribute("aria-pressed", String(this.layers[nameOf(button)]));
    }
    const heat = heatOf(this.layers);
    this.ramp.hidden = !heat || !there.includes(heat);
    if (!heat) return;
    this.ends.forEach((end, i) => (end.textContent = HEATS[heat][i]));
    const scale = heat === "belief" ? painter?.scale() : null;
    this.scores.textContent = scale ? `scores ${number(scale.low)} to ${number(scale.high)}` : "";
  }
}

/** @param {HTMLElement} button @returns {import("./layers.js").LayerName} */
const nameOf = (button) => /** @type {any} */ (button.dataset.layer);
