/** Which lessons this visitor has done, and what they guessed; kept by the browser alone. */

const KEY = "clinic";

/** @typedef {Record<string, {done: boolean, guess: number | null}>} Progress by a lesson's name; null: only looked */

/** @returns {Progress} */
export function progress() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};  // damaged, or the browser keeps nothing
  }
}

/** @param {string} lesson @param {Partial<Progress[string]>} news */
export function remember(lesson, news) {
  const all = progress();
  keep({ ...all, [lesson]: { done: false, guess: null, ...all[lesson], ...news } });
}

export function forget() {
  keep({});
}

/** @param {Progress} all */
function keep(all) {
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // the browser keeps nothing: then the page forgets when it is closed
  }
}
