/** The list of lessons: what comes in which order, how long it takes, and what is done already. */

import { forget, progress } from "./clinic-progress.js";

/**
 * @typedef {{name: string, title: string, about: string, changed: {section: string, knob: string, before: string, after: string, help: string}[]}} Cure
 * @typedef {{name: string, title: string, minutes: number, watch: string, question: string, answers: string[], right: number, why: string,
 *   paper: string, curves: string[], signs: Record<string, string>, luck: string, rounds: number, failure: string, cures: Cure[]}} Lesson
 */

/** Where a lesson is.  @param {string} name */
export const addressOf = (name) => `/clinic?lesson=${encodeURIComponent(name)}`;

export class Course {
  /** @param {HTMLElement} root @param {Lesson[]} lessons */
  constructor(root, lessons) {
    this.root = root;
    this.lessons = lessons;
    this.over = /** @type {HTMLElement} */ (root.querySelector(".over"));
    this.over.addEventListener("click", () => {
      forget();
      this.show();
      /** @type {HTMLElement} */ (root.querySelector(".lessons a")).focus();
    });
  }

  /** Once more, as far as the visitor is now. */
  show() {
    const known = progress(), done = this.lessons.filter(({ name }) => known[name]?.done);
    const next = this.lessons.find((lesson) => !done.includes(lesson));
    const bar = /** @type {HTMLProgressElement} */ (this.root.querySelector("progress"));
    bar.value = done.length / this.lessons.length;
    const left = sum(this.lessons) - sum(done);
    /** @type {HTMLElement} */ (this.root.querySelector(".count")).textContent =
      left ? `${done.length} of ${this.lessons.length} lessons done · ${left} minutes to go` : "All lessons done: well played.";
    this.over.hidden = !Object.keys(known).length;
    const list = /** @type {HTMLElement} */ (this.root.querySelector(".lessons"));
    list.style.setProperty("--half", String(Math.ceil(this.lessons.length / 2)));
    list.replaceChildren(...this.lessons.map((lesson) => row(lesson, done.includes(lesson), lesson === next)));
  }
}

/** @param {Lesson} lesson @param {boolean} done @param {boolean} next */
function row(lesson, done, next) {
  const item = document.createElement("li"), link = document.createElement("a");
  link.href = addressOf(lesson.name);
  const words = [["b", lesson.title], ["span", lesson.question], ["small", `${lesson.minutes} min${done ? " · done" : ""}`]];
  link.append(...words.map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
  item.append(link);
  item.classList.toggle("is-done", done);
  item.classList.toggle("is-next", next);
  return item;
}

/** @param {Lesson[]} lessons */
const sum = (lessons) => lessons.reduce((minutes, lesson) => minutes + lesson.minutes, 0);
