/** One lesson: the question before anything plays, what to watch, the answer with its why, and cures beside the failure. */

import { addressOf } from "./clinic-course.js";
import { progress, remember } from "./clinic-progress.js";
import { Standing } from "./clinic-standing.js";
import { Steps } from "./clinic-steps.js";
import { look } from "./clinic-look.js";
import { count } from "./words.js";

const FAR = 300;        // rounds
const SOONEST = 0.25;  // of a lesson's rounds: before that the answer is not given away, so that there is something to watch

/**
 * @typedef {import("./clinic-course.js").Lesson} Lesson
 * @typedef {{lesson: string, on: string[][], seed: number, play: string}} Told of which lesson, by which names presets call what is on the stage, its seed, and where Play shows it
 * @typedef {{on: string[], seed: number, play: string}} Staged the same, by the lesson's own names
 *
 * @typedef {object} Listener
 * @property {(wish: {lesson: string, seed: number}) => void} begin the failure shall train
 * @property {(wish: {lesson: string, cure: string, seed: number}) => void} cure a cure shall train beside it
 * @property {(view: "question" | "stage") => void} turned whether there is something to play
 */

export class Case {
  /** @param {HTMLElement} root @param {Lesson[]} lessons @param {Listener} listener */
  constructor(root, lessons, listener) {
    this.root = root;
    this.lessons = lessons;
    this.listener = listener;
    this.find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    this.standing = new Standing(this.find(".standing"));
    this.steps = new Steps(root, (step) => listener.turned(step === "ask" && !this.staged.on.length ? "question" : "stage"));
    /** @type {Lesson} */
    this.lesson = lessons[0];
    /** @type {Staged} */
    this.staged = { on: [], seed: 0, play: "/" };
    /** @type {number | null} */
    this.guess = null;
    this.asked = false;  // whether something was wished for the stage since the lesson was opened
    this.find("form").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#begin(this.#chosen());
    });
    this.find("form").addEventListener("change", () => this.#ready());
    this.find(".look").addEventListener("click", () => this.#begin(null));
    this.find(".tell").addEventListener("click", () => this.#reveal());
    this.find(".again").addEventListener("click", () => this.#fail());
  }

  /** @param {Lesson} lesson @param {number} seed of the link */
  show(lesson, seed) {
    [this.lesson, this.asked] = [lesson, false];
    this.staged = { on: [], seed, play: "/" };
    this.standing.forget();
    this.guess = progress()[lesson.name]?.guess ?? null;
    this.find("h1").textContent = lesson.title;
    this.find(".noticed").hidden = true;
    this.#way();
    this.#ask();
    this.find("p.watch").textContent = lesson.watch;
    this.find(".until").textContent = "The answer comes when the failure shows.";
    this.find(".reason").textContent = lesson.why;
    this.find(".luck").hidden = !lesson.luck;
    this.find(".luck").href = lesson.luck;
    this.find(".paper").replaceChildren(...withPapers(lesson.paper));
    for (const place of this.root.querySelectorAll(".cures")) place.replaceChildren(...lesson.cures.map((cure) => this.#cureButton(cure)));
    this.steps.restart();
  }

  /** Whether what is on the stage was wished here.  @param {Told} told */
  awaits(told) {
    return this.asked && told.lesson === this.lesson.name;
  }

  /** Something else is on the stage.  @param {Told} told */
  stage(told) {
    if (!told.on.length) return;
    const mine = [this.lesson.failure, ...this.lesson.cures.map(({ name }) => name)];
    const staged = { ...told, on: told.on.map((names) => names.find((name) => mine.includes(name)) ?? "") };
    const began = !this.staged.on.length || staged.seed !== this.staged.seed;
    const before = this.#cure;
    this.staged = staged;
    this.#way();
    if (began) this.standing.forget();
    const cure = this.#cure;
    this.standing.open([this.lesson.failure, cure], this.lesson.curves.includes("gradients") ? "G gradient" : "");
    this.find(".again").hidden = staged.on.includes(this.lesson.failure);
    this.find("a.play").href = staged.play;
    this.find("a.play").textContent = staged.on.length > 1 ? "Open both in Play" : "Open in Play";
    for (const button of this.root.querySelectorAll(".cures button")) button.setAttribute("aria-pressed", String(button.dataset.cure === cure));
    if (cure) this.#cured(cure, before);
    this.listener.turned("stage");
  }

  /** The stage has heard something.  @param {import("./scene.js").Scene[]} scenes */
  hear(scenes) {
    if (!this.staged.on.length) return;
    this.standing.hear(scenes, this.staged.on);
    const fails = scenes[this.staged.on.indexOf(this.lesson.failure)];
    look(this.lesson, scenes[0].run);
    if (!fails?.known.run) return;
    this.#catching(scenes);
    const sign = this.#sign(fails.known);
    this.#notice(sign);
    const round = fails.known.round ?? 0, over = fails.known.state === "failed";
    const shows = sign && round >= SOONEST * this.lesson.rounds;
    if (this.steps.now === "watch" && !this.steps.has("why") && (shows || over || round >= this.lesson.rounds)) this.#reveal();
  }

  /** Choose the answer with this number, from 0.  @param {number} nth */
  choose(nth) {
    const input = this.steps.now === "ask" && this.root.querySelectorAll(".answers input")[nth];
    if (!input) return;
    input.checked = true;
    input.focus();
    this.#ready();
  }

  /** The lesson before, or the next one.  @param {number} step @returns {Lesson | undefined} */
  beside(step) {
    return this.lessons[this.lessons.indexOf(this.lesson) + step];
  }

  /** The preset of the cure on the stage; "" for none. */
  get #cure() {
    return this.staged.on.find((name) => name !== this.lesson.failure) ?? "";
  }

  #way() {
    const { lesson, lessons } = this;
    this.find(".nth").textContent = `Lesson ${lessons.indexOf(lesson) + 1} of ${lessons.length} · ${lesson.minutes} min · seed ${this.staged.seed}`;
    for (const [name, step] of /** @type {[string, number][]} */ ([[".previous", -1], [".next", 1], ["a.go", 1]])) {
      const other = this.beside(step), link = this.find(name);
      if (other) link.href = addressOf(other.name);
      else link.removeAttribute("href");
      if (name === "a.go") link.hidden = !other;
    }
  }

  #ask() {
    this.find("legend").textContent = this.lesson.question;
    this.find(".answers").replaceChildren(...this.lesson.answers.map((answer, nth) => {
      const label = document.createElement("label");
      const input = Object.assign(document.createElement("input"), { type: "radio", name: "answer", value: String(nth), checked: nth === this.guess });
      label.append(input, Object.assign(document.createElement("span"), { textContent: answer }));
      return label;
    }));
    this.#ready();
    this.find(".guess").textContent = "";
  }

  #ready() {
    this.find("button.go").disabled = this.#chosen() === null;
  }

  #chosen() {
    const checked = this.root.querySelector(".answers input:checked");
    return checked ? Number(/** @type {HTMLInputElement} */ (checked).value) : null;
  }

  /** @param {number | null} guess null: they only want to look */
  #begin(guess) {
    this.guess = guess;
    remember(this.lesson.name, { guess });
    this.find(".guess").textContent = guess === null ? "only looking" : this.lesson.answers[guess];
    this.steps.reach("watch");
    if (!this.staged.on.length) this.#fail();
  }

  #fail() {
    this.asked = true;
    this.listener.begin({ lesson: this.lesson.name, seed: this.staged.seed });
  }

  /** A sign of this lesson that lasts, else one that the run has had.  @param {Partial<import("./message.js").Message>} known */
  #sign({ health = [], past = [] }) {
    const mine = (/** @type {{symptom: string}} */ { symptom }) => symptom in this.lesson.signs;
    const lasts = health.find(mine), over = past.findLast(mine);
    const sign = lasts ?? (over && { ...over, seen: `From round ${count(over.began)} to ${count(over.ended)}.` });
    return sign && { ...sign, title: this.lesson.signs[sign.symptom] };
  }

  /** Say it once; what is over stays said.  @param {{symptom: string, title: string, seen: string} | undefined} sign */
  #notice(sign) {
    const place = this.find(".noticed"), sentence = sign ? `${sign.title}: ${sign.seen}` : "";
    if (place.dataset.sign !== (sign?.symptom ?? "")) place.replaceChildren(...(sign ? [Object.assign(document.createElement("b"), { textContent: sign.title }), ` ${sign.seen}`] : []));
    place.dataset.sign = sign?.symptom ?? "";
    place.hidden = !sentence;
  }

  /** A cure that has only begun; the failure waits for it.  @param {import("./scene.js").Scene[]} scenes */
  #catching([fails, cured]) {
    const place = this.find(".catching"), ahead = fails.known.round ?? 0;
    const comes = ["starting", "loading", "playing"].includes(cured?.known.state ?? "");
    place.hidden = !comes || ahead - (cured.known.round ?? 0) < FAR;
    if (!place.hidden) place.textContent = `The failure waits at round ${count(ahead)} until the cure is there.`;
  }

  #reveal() {
    const { lesson, guess } = this;
    remember(lesson.name, { done: true });
    this.find(".verdict").textContent = guess === null ? "What happens:" : guess === lesson.right ? "You saw it coming." : "Many guess as you did. What happens:";
    this.find(".marked").replaceChildren(...lesson.answers.map((answer, nth) => {
      const item = Object.assign(document.createElement("li"), { textContent: answer });
      item.classList.toggle("right", nth === lesson.right);
      if (nth === guess) item.append(Object.assign(document.createElement("small"), { textContent: " your guess" }));
      return item;
    }));
    this.steps.reach("why");
  }

  /** @param {import("./clinic-course.js").Cure} cure */
  #cureButton(cure) {
    const short = cure.title.replace(/^.*, cured by /, "");
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: short[0].toUpperCase() + short.slice(1) });
    button.dataset.cure = cure.name;
    button.title = cure.about;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => this.listener.cure({ lesson: this.lesson.name, cure: cure.name, seed: this.staged.seed }));
    return button;
  }

  /** @param {string} name of the cure that trains now @param {string} before of the one before it */
  #cured(name, before) {
    const cure = this.lesson.cures.find((each) => each.name === name);
    if (!cure) return;
    this.find("p.about").textContent = cure.about;
    this.find(".changed tbody").replaceChildren(...sections(cure.changed));
    if (before !== name || !this.steps.has("cure")) this.steps.reach("cure");
  }
}

/** What differs, a row for each section of the form.  @param {import("./clinic-course.js").Cure["changed"]} changed */
function sections(changed) {
  const names = [...new Set(changed.map(({ section }) => section))];
  return names.map((name) => {
    const row = document.createElement("tr"), cell = document.createElement("td");
    for (const { knob, before, after, help } of changed.filter(({ section }) => section === name)) {
      const line = Object.assign(document.createElement("span"), { title: help });
      line.append(knob ? `${knob} ` : "", Object.assign(document.createElement("s"), { textContent: before }), " → ", Object.assign(document.createElement("b"), { textContent: after }));
      cell.append(line);
    }
    row.append(Object.assign(document.createElement("th"), { textContent: name, scope: "row" }), cell);
    return row;
  });
}

/** Words, and each arXiv number as a link.  @param {string} text @returns {(Node | string)[]} */
function withPapers(text) {
  return text.split(/(arXiv:\d+\.\d+)/).map((part) =>
    part.startsWith("arXiv:") ? Object.assign(document.createElement("a"), { href: `https://arxiv.org/abs/${part.slice(6)}`, textContent: part, target: "_blank", rel: "noopener" }) : part);
}
