/** The theory page: four exhibits, each its own. */

import { Densities } from "./theory-densities.js";
import { Dirac } from "./theory-dirac.js";
import { Losses } from "./theory-losses.js";
import { Game } from "./theory-xy.js";

/** @param {HTMLElement} element holds theory.html */
export async function mount(element) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (element.querySelector(name));
  const exhibit = (/** @type {string} */ name) => find(`[data-exhibit="${name}"]`);
  const trouble = find(".trouble");
  const failed = (/** @type {string} */ sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = !sentence;
  };
  const choices = await fetch("/theory/choices").then((reply) => reply.json()).catch(() => null);
  if (!choices) return failed("The server does not answer; please reload the page.");
  new Game(exhibit("xy"), choices, failed);
  new Dirac(exhibit("dirac"), choices, failed);
  new Losses(exhibit("losses"), choices);
  new Densities(exhibit("densities"), failed);
}
