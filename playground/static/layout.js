/**
 * What is looked at, in the page's address: `v=real_fake_belief_readings-scores_checks-quality_log_smooth-90_open-generator`.
 * Words that nobody knows are passed over. As long as all is as usual, the address says nothing of it.
 */

import { foldsNow, followFolds } from "./folds.js";
import { HEATS, heatOf, usual } from "./layers.js";

const NAME = "v";
const BARE = "bare";  // no layer at all
const LONGEST = 600;  // characters that are read

/** @typedef {import("./layers.js").Layers} Layers */

/** The layers that the address asks for; without a word about any, the usual ones.  @returns {Layers} */
export function layersAsked() {
  const words = wordsOf(location.href), layers = usual();
  const names = /** @type {import("./layers.js").LayerName[]} */ (Object.keys(layers));
  if (!words.some((word) => word === BARE || word in layers)) return layers;
  names.forEach((name) => (layers[name] = words.includes(name)));
  const heat = heatOf(layers);
  for (const other of /** @type {import("./layers.js").Heat[]} */ (Object.keys(HEATS))) layers[other] = other === heat;
  return layers;
}

/** Set up the panel as the address says, and from now on say in the address how it is.  @param {HTMLElement} panel @param {Layers} layers */
export function follow(panel, layers) {
  const words = wordsOf(location.href);
  const wishes = new Set(words.filter((word) => /^(readings|checks)-./.test(word)));
  const slider = /** @type {HTMLInputElement} */ (panel.querySelector(".smoothing input"));
  const log = /** @type {HTMLButtonElement} */ (panel.querySelector(".log"));
  const smooth = Number(words.find((word) => /^smooth-\d\d$/.test(word))?.slice(7) ?? 0) / 100;
  if (smooth) {
    slider.value = String(smooth);
    slider.dispatchEvent(new Event("input"));
  }
  if (words.includes("log")) log.click();
  const tabs = new MutationObserver(() => grant(panel, wishes));  // tabs come when the run has told what there is
  panel.querySelectorAll(".tabs").forEach((place) => tabs.observe(place, { childList: true }));
  grant(panel, wishes);

  const say = () => setTimeout(() => write(panel, layers));  // once the click has done its work
  panel.addEventListener("click", (event) => {
    const pressed = /** @type {Element} */ (event.target).closest(".legend [data-layer], .tabs button, .log");
    if (pressed?.closest(".tabs")) wishes.delete([...wishes].find((wish) => wish.startsWith(chartOf(pressed))) ?? "");
    if (pressed) say();
  });
  slider.addEventListener("change", say);
  followFolds(words, say);
}

/** Press the tabs that are wished for and there.  @param {HTMLElement} panel @param {Set<string>} wishes */
function grant(panel, wishes) {
  for (const tab of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll(".tabs button"))) {
    if (!wishes.has(wordOf(tab))) continue;
    if (tab.getAttribute("aria-pressed") !== "true") tab.click();
    else wishes.delete(wordOf(tab));
  }
}

/** @param {HTMLElement} panel @param {Layers} layers */
function write(panel, layers) {
  const words = wordsNow(panel, layers);
  const address = new URL(location.href);
  if (words.join() === wordsNow(null, usual()).join()) address.searchParams.delete(NAME);
  else address.searchParams.set(NAME, words.join("_"));
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

/** @param {HTMLElement | null} panel @param {Layers} layers */
function wordsNow(panel, layers) {
  const words = Object.entries(layers).flatMap(([name, on]) => (on ? [name] : []));
  if (!words.length) words.push(BARE);
  if (!panel) return words;
  const tabs = [...panel.querySelectorAll(".tabs button[aria-pressed=true]:not(:first-child)")].map(wordOf);
  const smooth = /** @type {HTMLInputElement} */ (panel.querySelector(".smoothing input")).valueAsNumber;
  const log = panel.querySelector(".log[aria-pressed=true]") ? ["log"] : [];
  return [...words, ...tabs, ...log, ...foldsNow(), ...(smooth ? [`smooth-${String(Math.round(100 * smooth)).padStart(2, "0")}`] : [])];
}

/** @param {string} href */
const wordsOf = (href) => (new URL(href).searchParams.get(NAME) ?? "").slice(0, LONGEST).split("_").filter(Boolean);

/** @param {Element} tab */
const chartOf = (tab) => (tab.closest(".readings") ? "readings-" : "checks-");

/** @param {Element} tab */
const wordOf = (tab) => chartOf(tab) + (tab.textContent ?? "").toLowerCase().replace(/[^a-z]+/g, "-");
