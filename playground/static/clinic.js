/**
 * The clinic: the course, and in its place the lesson that the address names. The stage beside it is the one of the Play page; what
 * it hears comes as an event, what is on it as this panel's value.
 */

import { addressOf, Course } from "./clinic-course.js";
import { Case } from "./clinic-lesson.js";
import { fetched } from "./explore-ask.js";

const TYPING = "input:not([type=radio]), textarea, select, [contenteditable]";

/**
 * @param {HTMLElement} element holds clinic.html
 * @param {{value: string}} props value: what is on the stage, as JSON; "" for nothing
 * @param {(prop: string, changed: () => void) => void} watch
 * @param {(event: string, wish?: object) => void} trigger tells Python `begin`, `cure` and `leave`
 */
export async function mount(element, props, watch, trigger) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (element.querySelector(name));
  const { answer, status } = await fetched("/clinic/lessons");
  if (answer.detail) {
    find(".trouble").textContent = status ? answer.detail : "The server does not answer; please reload the page.";
    find(".trouble").hidden = false;
    return;
  }
  /** @type {import("./clinic-course.js").Lesson[]} */
  const lessons = answer;
  const course = new Course(find(".course"), lessons);
  const lesson = new Case(find(".case"), lessons, {
    begin: (wish) => trigger("begin", wish),
    cure: (wish) => trigger("cure", wish),
    turned: (view) => (document.body.dataset.clinic = view),
  });

  /** What is on the stage is put away. */
  function leave() {
    const told = props.value ? JSON.parse(props.value) : null;
    if (told?.on.length) trigger("leave", { lesson: told.lesson });
  }

  /** Something else is on the stage: of this lesson, or the late answer of one that was left. */
  function staged() {
    if (!props.value) return;
    const told = JSON.parse(props.value);
    if (find(".case").hidden || !lesson.awaits(told)) leave();
    else lesson.stage(told);
  }

  /** Show what the address names. */
  function open() {
    const address = new URL(location.href).searchParams, seed = Number(address.get("seed") ?? 0);
    const asked = lessons.find(({ name }) => name === address.get("lesson"));
    leave();
    find(".trouble").hidden = Boolean(asked) || !address.get("lesson");
    find(".trouble").textContent = "There is no lesson of this name; here are all of them.";
    find(".course").hidden = Boolean(asked);
    find(".case").hidden = !asked;
    document.title = asked ? `${asked.title} · Clinic` : "Clinic · GAN playground";
    if (asked) lesson.show(asked, Number.isInteger(seed) ? seed : 0);
    else {
      document.body.dataset.clinic = "course";
      course.show();
    }
    scrollTo(0, 0);
  }

  /** @param {string} href */
  function go(href) {
    if (href === location.pathname + location.search) return;
    history.pushState(null, "", href);
    open();
  }

  element.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a[href^='/clinic']:not([target])"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(link.getAttribute("href") ?? "/clinic");
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || find(".case").hidden || !element.isConnected) return;
    if (/** @type {Element} */ (event.target).closest?.(TYPING)) return;
    const other = { n: 1, p: -1 }[event.key];
    if (other) go(addressOf((lesson.beside(other) ?? lesson.lesson).name));
    else if (/^[1-9]$/.test(event.key)) lesson.choose(Number(event.key) - 1);
  });
  document.addEventListener("heard", (event) => element.isConnected && lesson.hear(/** @type {CustomEvent} */ (event).detail));
  window.addEventListener("popstate", () => element.isConnected && open());
  watch("value", staged);
  open();
}
