/** A lesson on its page: the sentence in the banner, and what it hides taken out of sight. The server keeps what it locks. */

/** Where on the page each area is, as a selector; a section of the recipe is `#section-<name>`.  @type {Record<string, string>} */
const PLACES = {
  seed: "#section-seed, #new-seed",
  preset: "#preset, #about-preset",
  steps: "#round, #step-d, #step-g, #rewind",
  pace: "#pace",
  compare: "#compare",
  timeline: "#stage .timeline",
  code: "#code",
  keep: "#keep",
};

const placeOf = (/** @type {string} */ area) => PLACES[area] ?? `#section-${CSS.escape(area)}`;

/**
 * @param {HTMLElement} element holds lesson.html
 * @param {{value: string}} props value is a lesson as JSON, {sentence, hidden, locked}; "" for none
 * @param {(prop: string, changed: () => void) => void} watch
 */
export function mount(element, props, watch) {
  const banner = /** @type {HTMLElement} */ (element.querySelector(".lesson"));
  const sentence = /** @type {HTMLElement} */ (element.querySelector(".sentence"));
  const leave = /** @type {HTMLAnchorElement} */ (element.querySelector(".leave"));
  const sheet = document.head.appendChild(document.createElement("style"));

  function show() {
    const lesson = props.value ? JSON.parse(props.value) : null;
    banner.hidden = !lesson;
    sentence.textContent = lesson?.sentence || "This page was prepared for a lesson.";
    sheet.textContent = lesson ? rules(lesson) : "";
    document.body.toggleAttribute("data-lesson", Boolean(lesson));
  }

  leave.addEventListener("focus", () => (leave.href = plain()));  // where it leads follows the recipe
  leave.addEventListener("pointerenter", () => (leave.href = plain()));
  leave.addEventListener("click", () => (leave.href = plain()));
  watch("value", show);
  show();
}

/** The page without the lesson: the recipe as it is now, and what is looked at. */
function plain() {
  const address = new URL(location.href);
  address.searchParams.delete("lesson");
  return address.href;
}

/** @param {{hidden: string[], locked: string[]}} lesson */
function rules({ hidden, locked }) {
  const gone = hidden.map(placeOf).join(", ");
  const mark = locked.map((area) => `#section-${CSS.escape(area)} > .label-wrap > span:first-child::after`).join(", ");
  const still = locked.includes("seed") ? "#new-seed { display: none !important; }" : "";
  return [
    gone && `${gone} { display: none !important; }`,
    mark && `${mark} { content: "locked"; margin-left: 8px; font-size: 10.5px; font-weight: 600; opacity: 0.65; }`,
    still,
  ].join("\n");
}
