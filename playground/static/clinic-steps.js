/** The steps of a lesson as folds, of which one is open: guess, watch, why, cure. What has not been reached cannot be opened. */

/** @typedef {"ask" | "watch" | "why" | "cure"} Step */

/** @type {Step[]} */
const ORDER = ["ask", "watch", "why", "cure"];

export class Steps {
  /** @param {HTMLElement} root @param {(step: Step) => void} opened */
  constructor(root, opened) {
    this.opened = opened;
    this.reached = 0;
    this.folds = /** @type {Map<Step, HTMLDetailsElement>} */ (new Map(
      [...root.querySelectorAll(".step")].map((fold) => [/** @type {any} */ (fold).dataset.step, fold])));
    for (const [step, fold] of this.folds) {
      fold.querySelector("summary")?.addEventListener("click", (event) => {
        event.preventDefault();
        if (ORDER.indexOf(step) <= this.reached) this.open(step);
      });
    }
  }

  /** @returns {Step} */
  get now() {
    return /** @type {Step} */ (ORDER.find((step) => this.folds.get(step)?.open) ?? "ask");
  }

  /** From the beginning. */
  restart() {
    this.reached = 0;
    this.open("ask");
  }

  /** @param {Step} step */
  has(step) {
    return ORDER.indexOf(step) <= this.reached;
  }

  /** Go on to a step.  @param {Step} step */
  reach(step) {
    this.reached = Math.max(this.reached, ORDER.indexOf(step));
    this.open(step);
  }

  /** @param {Step} step */
  open(step) {
    for (const [each, fold] of this.folds) {
      fold.open = each === step;
      const there = ORDER.indexOf(each) <= this.reached, heading = /** @type {HTMLElement} */ (fold.querySelector("summary"));
      heading.setAttribute("aria-disabled", String(!there));
      heading.tabIndex = there ? 0 : -1;
    }
    this.opened(step);
  }
}
