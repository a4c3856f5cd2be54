/** Marks along the time line where symptoms began, and faintly how long they lasted. */

import { named } from "./episodes.js";
import { count } from "./words.js";

/** @typedef {import("./episodes.js").Episode} Episode */

export class Marks {
  /** @param {HTMLElement} root lies over the slider @param {(round: number) => void} visit go to this key frame */
  constructor(root, visit) {
    this.root = root;
    this.visit = visit;
    this.shown = "";
  }

  /** @param {number[]} frames the rounds of which there are key frames, rising @param {Episode[]} episodes */
  show(frames, episodes) {
    const shown = JSON.stringify([frames, episodes.map(({ key, letter, ended }) => [key, letter, ended])]);
    if (shown === this.shown) return;
    this.shown = shown;
    if (frames.length < 2) return this.root.replaceChildren();
    const bars = episodes.map((each) => {
      const bar = document.createElement("i");
      span(bar, place(frames, each.began), each.ended === null ? 1 : place(frames, each.ended));
      return bar;
    });
    this.#set("i", bars);
    this.#set("button", [...gathered(frames, episodes)].map(([round, some]) => this.#button(round, place(frames, some[0].began), some)));
  }

  /** @param {number} round of the key frame to visit @param {number} at @param {Episode[]} some that began near it */
  #button(round, at, some) {
    const button = document.createElement("button");
    button.type = "button";
    span(button, at, at);
    button.title = some.map((each) => `${named(each)} began at round ${count(each.began)}`).join("\n");
    button.setAttribute("aria-label", button.title.replaceAll("\n", "; "));
    button.dataset.round = String(round);
    button.addEventListener("click", () => this.visit(round));
    return button;
  }

  /** In the place of those of this kind, but whoever has the focus keeps it.  @param {string} kind @param {HTMLElement[]} made */
  #set(kind, made) {
    const old = [...this.root.querySelectorAll(kind)], focused = old.indexOf(/** @type {Element} */ (document.activeElement));
    old.forEach((each) => each.remove());
    this.root.append(...made);
    if (focused >= 0) made[focused]?.focus();
  }
}

/** @param {HTMLElement} element @param {number} from @param {number} to both 0..1 of the slider's way */
function span(element, from, to) {
  element.style.setProperty("--from", from.toFixed(4));
  element.style.setProperty("--to", to.toFixed(4));
}

/** Where the slider stands at a round, 0..1: key frames are equally far apart there, and the present comes last. @param {number[]} frames @param {number} round */
export function place(frames, round) {
  const next = frames.findIndex((each) => each > round);
  if (next === 0) return 0;
  if (next < 0) return (frames.length - (frames.at(-1) === round ? 1 : 0.5)) / frames.length;
  return (next - 1 + (round - frames[next - 1]) / (frames[next] - frames[next - 1])) / frames.length;
}

/** Episodes by the key frame that is nearest to where they began.  @param {number[]} frames @param {Episode[]} episodes */
function gathered(frames, episodes) {
  /** @type {Map<number, Episode[]>} */
  const by = new Map();
  for (const each of episodes) {
    const nearest = frames.reduce((best, round) => (Math.abs(round - each.began) < Math.abs(best - each.began) ? round : best));
    by.set(nearest, [...(by.get(nearest) ?? []), each]);
  }
  return by;
}
