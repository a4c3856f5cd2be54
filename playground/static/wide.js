/** The stage alone, as large as the screen lets it: for a projector, and for runs side by side. */

const TYPING = "input, textarea, select, [contenteditable], [role=listbox]";

/** Let a button, and the key f, switch it; Escape goes back.  @param {HTMLElement} button */
export function widen(button) {
  const root = document.documentElement;
  const is = () => root.dataset.stage === "wide";

  /** @param {boolean} wide */
  function set(wide) {
    if (wide === is()) return;
    if (wide) root.dataset.stage = "wide";
    else delete root.dataset.stage;
    button.setAttribute("aria-pressed", String(wide));
    if (wide) root.requestFullscreen?.().catch(() => {});  // a frame may not; then the window has to do
    else if (document.fullscreenElement) document.exitFullscreen();
  }

  button.addEventListener("click", () => set(!is()));
  document.addEventListener("fullscreenchange", () => document.fullscreenElement || set(false));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || /** @type {Element} */ (event.target).closest?.(TYPING)) return;
    if (event.key === "f" && (is() || button.checkVisibility())) set(!is());  // where the stage is not shown, there is nothing to widen
    else if (event.key === "Escape" && !document.querySelector("dialog[open]")) set(false);
  });
}
