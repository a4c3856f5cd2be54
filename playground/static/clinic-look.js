/** Open the curves in which a lesson's failure is seen best; once for each run, so that whoever chooses others keeps them. */

/** @type {string} the run, of whatever lesson, whose curves are open */
let open = "";

/** @param {import("./clinic-course.js").Lesson} lesson @param {string} run the first on the stage */
export function look(lesson, run) {
  if (open === run) return;
  const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#stage .tabs button")]);
  const asked = lesson.curves.map((name) => tabs.find((tab) => wordOf(tab) === name)).filter(Boolean);
  const log = /** @type {HTMLElement | null} */ (document.querySelector("#stage .log"));
  if (asked.length < lesson.curves.filter((name) => name !== "log").length || !log) return;  // the first numbers are not there yet
  open = run;
  for (const tab of asked) if (tab?.getAttribute("aria-pressed") !== "true") tab?.click();
  if ((log.getAttribute("aria-pressed") === "true") !== lesson.curves.includes("log")) log.click();
}

/** @param {HTMLElement} tab */
const wordOf = (tab) => (tab.textContent ?? "").toLowerCase().replace(/[^a-z]+/g, "-");
