/** Strokes from pointers and from keys: straight pieces between the places that are known, so that a fast hand leaves no gaps. */

import { SIDE } from "./ink.js";

/** @typedef {import("./ink.js").Place} Place */

/**
 * @typedef {object} Hand what a stroke does
 * @property {(rubs: boolean) => void} start
 * @property {(from: Place, to: Place, pressure: number) => void} move pressure: of a pen, from 0 to 1; 0.5 of all else
 * @property {() => void} end
 * @property {(at: Place | null) => void} hover where the brush is held; null: not over the sheet
 */

const EVEN = 0.5;  // the pressure of what cannot press
const ERASER = 32;  // the bit of a pen's other end in `buttons`
const STEP = 1, LEAP = 8;  // squares that an arrow key moves, and with Shift

/** @type {Record<string, Place>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {HTMLCanvasElement} canvas @param {Hand} hand */
export function listenToPointers(canvas, hand) {
  /** @type {Place | null} */
  let last = null;
  let held = -1;  // the pointer that draws

  /** @param {PointerEvent} event @returns {Place} */
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - canvas.clientLeft, event.clientY - box.top - canvas.clientTop];  // inside the border
    return [(x / canvas.clientWidth) * SIDE, (y / canvas.clientHeight) * SIDE];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (last || (event.button > 0 && !(event.buttons & ERASER))) return;
    canvas.setPointerCapture(event.pointerId);
    held = event.pointerId;
    last = place(event);
    hand.start(Boolean(event.buttons & ERASER));
    hand.move(last, last, pressure(event));
  });

  canvas.addEventListener("pointermove", (event) => {
    hand.hover(place(event));
    if (!last || event.pointerId !== held) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) {
      const next = place(step);
      hand.move(last, next, pressure(step));
      last = next;
    }
  });

  /** @param {PointerEvent} event */
  const end = (event) => {
    if (!last || event.pointerId !== held) return;
    last = null;
    hand.end();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("pointerleave", () => { if (!last) hand.hover(null); });
}

/** Arrow keys move the brush; while the space bar is held it draws.  @param {HTMLCanvasElement} canvas @param {Hand} hand */
export function listenToKeys(canvas, hand) {
  /** @type {Place} */
  let at = [SIDE / 2, SIDE / 2];
  let draws = false;

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? LEAP : STEP;
      /** @type {Place} */
      const next = [inside(at[0] + step * arrow[0]), inside(at[1] + step * arrow[1])];
      if (draws) hand.move(at, next, EVEN);
      at = next;
    } else if (event.code === "Space") {
      if (!draws) {
        draws = true;
        hand.start(false);
        hand.move(at, at, EVEN);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();  // the page's space bar presses Play
    hand.hover(at);
  });

  const end = () => {
    if (!draws) return;
    draws = false;
    hand.end();
  };
  canvas.addEventListener("keyup", (event) => { if (event.code === "Space") end(); });
  canvas.addEventListener("focus", () => { if (canvas.matches(":focus-visible")) hand.hover(at); });
  canvas.addEventListener("blur", () => { end(); hand.hover(null); });
}

/** @param {PointerEvent} event */
const pressure = (event) => (event.pointerType === "pen" && event.pressure ? event.pressure : EVEN);

/** @param {number} x */
const inside = (x) => Math.max(0.5, Math.min(SIDE - 0.5, x));
