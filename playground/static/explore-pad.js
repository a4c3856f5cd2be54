/** The latent pad: a square between four seeds, in which a handle is dragged or moved by arrow keys. */

import { number } from "./words.js";

/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const [STEP, LEAP] = [0.02, 5];
const INSET = 15;  // pixels from an edge to where the handle stops, as in the style sheet

const clamp = (/** @type {number} */ value) => Math.min(1, Math.max(0, value));

/**
 * @param {() => number} seed of the corner at the top left @param {(u: number, v: number) => void} moved
 * @returns {{element: HTMLElement, show: (u: number, v: number) => void}}
 */
export function pad(seed, moved) {
  const element = document.createElement("div"), handle = document.createElement("button");
  element.className = "latent-pad";
  handle.type = "button";
  const corners = [0, 1, 2, 3].map(() => document.createElement("span"));
  element.append(...corners, handle);
  let [u, v] = [0, 0];
  let dragging = false;

  /** @param {number} x @param {number} y */
  function show(x, y) {
    [u, v] = [x, y];
    handle.style.setProperty("--u", String(u));
    handle.style.setProperty("--v", String(v));
    handle.setAttribute("aria-label", `Latent pad: ${number(u)} to the right, ${number(v)} down. Arrow keys move it.`);
    corners.forEach((corner, i) => (corner.textContent = String(seed() + i)));
  }

  /** @param {number} x @param {number} y */
  function go(x, y) {
    show(clamp(x), clamp(y));
    moved(u, v);
  }

  /** @param {PointerEvent} event */
  function under(event) {
    const box = element.getBoundingClientRect();
    go((event.clientX - box.left - INSET) / (box.width - 2 * INSET), (event.clientY - box.top - INSET) / (box.height - 2 * INSET));
  }

  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    element.setPointerCapture(event.pointerId);
    dragging = true;
    under(event);
  });
  element.addEventListener("pointermove", (event) => dragging && under(event));
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, () => (dragging = false));
  handle.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const step = STEP * (event.shiftKey ? LEAP : 1);
    go(u + way[0] * step, v + way[1] * step);
  });
  show(0, 0);
  return { element, show };
}
