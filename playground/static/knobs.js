/** The way from a picture to its knobs: unfold a section of the form, go there, and take hold of its first control. */

import { headingOf, isOpen } from "./folds.js";

const PATIENCE = 40;  // looks, one a frame, for a control that is being unfolded
const CONTROLS = "input, select, textarea";

/** @param {string} section of the recipe */
export function unfold(section) {
  const place = document.getElementById(`section-${section}`);
  if (!place) return;
  const heading = headingOf(place);
  if (heading && !isOpen(heading)) heading.click();
  place.scrollIntoView({ block: "nearest" });
  focusIn(place, PATIENCE);
}

/** @param {HTMLElement} place @param {number} patience */
function focusIn(place, patience) {
  const controls = /** @type {HTMLElement[]} */ ([...place.querySelectorAll(CONTROLS)]);
  const first = controls.find((control) => control.offsetParent && !control.hasAttribute("disabled"));
  if (first) {
    first.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });  // it is taller now
  } else if (patience) requestAnimationFrame(() => focusIn(place, patience - 1));
}
