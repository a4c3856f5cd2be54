/** The space bar presses Play or Pause. */

/** Where the space bar has a meaning of its own. */
const TYPING = "input, textarea, select, button, a[href], summary, [contenteditable], [role=slider], [role=listbox], [role=tab]";
const HINT = "Play or pause (space bar)";

/** @returns {HTMLElement | null} */
const playButton = () => document.getElementById("play");

/** In slow motion the story is what plays.  @returns {HTMLElement | null} */
const pressed = () => document.querySelector("#stage .story:not([hidden]) .go") ?? playButton();

let listening = false;

/** Listen from now on; a second call changes nothing. */
export function listen() {
  if (listening) return;
  listening = true;
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.code !== "Space" || event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const button = pressed();
    if (!button || target.closest(TYPING)) return;
    event.preventDefault();  // the page would scroll
    button.click();
  });
}

/** What each button does, for who points at it.  @type {Record<string, string>} */
const TITLES = {
  play: HINT,
  reset: "From the beginning, with the recipe and the seed in the form",
  round: "Play one round in which both learn",
  "step-d": "Play one round in which only D learns",
  "step-g": "Play one round in which only G learns",
  "new-seed": "From the beginning with other random numbers",
  rewind: "Back to the state that was saved last, and wait there",
  compare: "The next run starts beside this one, from the same seed; they keep step",
};

/** Say on the buttons what they do; called again because the page may redraw them. */
export function describe() {
  const button = playButton();
  if (!button || button.title === HINT) return;
  for (const [id, title] of Object.entries(TITLES)) document.getElementById(id)?.setAttribute("title", title);
  button.setAttribute("aria-keyshortcuts", "Space");
}
