/** What is wrong with the runs on the stage: a card for each symptom that lasts, with what may cure it; in small what is over. */

import { episodes, named } from "./episodes.js";
import { gist, write } from "./status.js";
import { count, LETTERS } from "./words.js";

const EVERY = 1000;  // ms between two changes of a card's numbers: what flickers cannot be read
const LINGER = 5000;  // ms for which a card stays when its symptom is over: some come and go, and a cure may be about to be pressed
const OLD = 2000;    // rounds before which it says nothing that no symptom was seen: some are told no earlier (symptoms/looks.py)
const PAST = 4;      // episodes that are over and still named

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./episodes.js").Episode} Episode */
/** @typedef {{element: HTMLDetailsElement, title: HTMLElement, since: HTMLElement, seen: HTMLElement, why: HTMLElement, cures: HTMLElement, links: string}} Card */

export class Health {
  /** @param {HTMLElement} root @param {(scene: Scene, link: string) => void} cure a person wants to try this recipe */
  constructor(root, cure) {
    this.root = root;
    this.cure = cure;
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(name));
    [this.spoken, this.place, this.calm, this.over] = [find(".spoken"), find(".ailments"), find(".calm"), find(".over")];
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    /** When each that lasts, or did a moment ago, was last heard to.  @type {Map<string, number>} */
    this.alive = new Map();
    this.shape = "";
    this.timer = 0;
    /** @type {Scene[]} */
    this.scenes = [];
  }

  /** @param {Scene[]} scenes */
  show(scenes) {
    this.scenes = scenes;
    const shape = this.#shape();
    if (shape === this.shape) return void (this.timer ||= setTimeout(() => this.#refresh(), EVERY));
    this.shape = shape;
    this.#refresh();
  }

  /** All that is said but the numbers that change at every look. */
  #shape() {
    const parts = episodes(this.scenes).map((each) => [each.key, each.letter, each.ended, gist(each.seen)]);
    return JSON.stringify([parts, this.#well(), this.scenes.map(({ known }) => Object.values(known.symptoms ?? {}).map(({ cures }) => cures.map(({ link }) => link)))]);
  }

  #refresh() {
    clearTimeout(this.timer);
    this.timer = 0;
    const all = episodes(this.scenes), lingering = this.#lingering(all);
    const onCards = [...all.filter(({ ended }) => ended === null), ...lingering];
    this.#deal(onCards);
    write(this.calm, this.#well().join(" "));
    this.#list(all.filter((each) => !onCards.includes(each)));
    this.root.hidden = !all.length && !this.calm.textContent;
    if (lingering.length) this.timer = setTimeout(() => this.#refresh(), EVERY);  // a run that pauses says nothing more
  }

  /** Those that were over only a moment ago, and have not begun again.  @param {Episode[]} all */
  #lingering(all) {
    const now = performance.now(), lasting = all.filter(({ ended }) => ended === null);
    lasting.forEach(({ key }) => this.alive.set(key, now));
    for (const [key, heard] of this.alive) if (now - heard >= LINGER) this.alive.delete(key);
    const again = (/** @type {Episode} */ over) => lasting.some(({ scene, symptom }) => scene === over.scene && symptom === over.symptom);
    return all.filter((each) => each.ended !== null && this.alive.has(each.key) && !again(each));
  }

  /** A card for each of these, in their order; one that stays is the same element, open or not.  @param {Episode[]} shown */
  #deal(shown) {
    const fresh = shown.filter(({ key }) => !this.cards.has(key));
    const cards = new Map(shown.map((each) => [each.key, this.cards.get(each.key) ?? makeCard()]));
    this.cards = cards;
    for (const each of shown) this.#fill(/** @type {Card} */ (cards.get(each.key)), each);
    const elements = [...cards.values()].map(({ element }) => element);
    if (elements.some((element, i) => element !== this.place.children[i]) || elements.length !== this.place.children.length) {
      this.place.replaceChildren(...elements);
    }
    if (!fresh.length) return;
    if (!elements.some(({ open }) => open)) elements[0].open = true;
    this.spoken.textContent = fresh.map((each) => `${named(each)}, since round ${count(each.began)}. ${each.seen}`).join(" ");
  }

  /** @param {Card} card @param {Episode} episode */
  #fill(card, episode) {
    const { scene } = episode, symptom = scene.known.symptoms?.[episode.symptom];
    write(card.title, named(episode));
    card.element.classList.toggle("gone", episode.ended !== null);
    write(card.since, stretch(episode));
    if (episode.seen) write(card.seen, episode.seen);
    write(card.why, symptom?.why ?? "");
    const cures = symptom?.cures ?? [], links = cures.map(({ link }) => link).join();
    if (links === card.links) return;
    card.links = links;
    card.cures.hidden = !cures.length;
    card.cures.replaceChildren(made("span", "", "What may cure it:"), ...cures.map(({ title, link }) => {
      const button = made("button", "", title);
      button.title = "Start this recipe with the cure in it, from the same seed";
      button.addEventListener("click", () => this.cure(scene, link));
      return button;
    }));
  }

  /** A sentence for each run that has been looked at for long and has nothing. */
  #well() {
    const well = this.scenes.filter(({ known }) => known.health && !known.health.length && isOld(known.round ?? 0) && !known.problem);
    if (this.scenes.length === 1) return well.map(() => "Nothing seems wrong.");
    return well.map((scene) => `${LETTERS[this.scenes.indexOf(scene)]}: nothing seems wrong.`);
  }

  /** @param {Episode[]} over */
  #list(over) {
    const newest = over.sort((a, b) => Number(a.ended) - Number(b.ended)).slice(-PAST).reverse();
    const words = newest.map((each) => `${named(each)}, ${stretch(each)}`);
    if (over.length > PAST) words.push(`and ${over.length - PAST} more before`);
    const [now, next] = [[...this.over.children].map(({ textContent }) => textContent), words];
    if (now.join("\n") !== next.join("\n")) this.over.replaceChildren(...words.map((word) => made("li", "", word)));
  }
}

/** Whether a run has been looked at for long enough to say that nothing is wrong.  @param {number} round */
export const isOld = (round) => round >= OLD;

/** From when to when; beside other runs, shorter.  @param {Episode} episode */
function stretch({ letter, began, ended }) {
  if (ended === null) return `since ${letter ? "" : "round "}${count(began)}`;
  return `rounds ${count(began)}–${count(ended)}`;
}

/** @returns {Card} */
function makeCard() {
  const element = made("details", "ailment"), head = made("summary"), fold = made("details", "why");
  const [title, since, seen, why, cures] = [made("b"), made("small"), made("p", "seen"), made("p"), made("div", "cures")];
  head.append(title, since);
  fold.append(made("summary", "", "Why"), why);
  element.append(head, seen, cures, fold);
  return { element, title, since, seen, why, cures, links: "-" };
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag @param {Tag} tag @param {string} [kind] its class @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function made(tag, kind = "", text = "") {
  const element = document.createElement(tag);
  if (element instanceof HTMLButtonElement) element.type = "button";
  if (kind) element.className = kind;
  if (text) element.textContent = text;
  return element;
}
