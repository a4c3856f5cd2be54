/** Open the curves in which a lesson's failure is seen best; once, so that whoever chooses others keeps them. */

/** @type {string} the lesson whose curves are open */
let open = "";

/** @param {import("./clinic-course.js").Lesson} lesson @param {boolean} wanted whether it plays */
export function look(lesson, wanted) {
  if (!wanted || open === lesson.name) return;
  const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#stage .tabs button")]);
  const asked = lesson.curves.map((name) => tabs.find((tab) => wordOf(tab) === name)).filter(Boolean);
  const log = /** @type {HTMLElement | null} */ (document.querySelector("#stage .log"));
  if (asked.length < lesson.curves.filter((name) => name !== "log").length || !log) return;  // the first numbers are not there yet
  open = lesson.name;
  for (const tab of asked) if (tab?.getAttribute("aria-pressed") !== "true") tab?.click();
  if ((log.getAttribute("aria-pressed") === "true") !== lesson.curves.includes("log")) log.click();
}

/** @param {HTMLElement} tab */
const wordOf = (tab) => (tab.textContent ?? "").toLowerCase().replace(/[^a-z]+/g, "-");
