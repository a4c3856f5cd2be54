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

/** Say on the button which key it has; called again because the page may redraw the button. */
export function describe() {
  const button = playButton();
  if (!button || button.title === HINT) return;
  button.title = HINT;
  button.setAttribute("aria-keyshortcuts", "Space");
}
