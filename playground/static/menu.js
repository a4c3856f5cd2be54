/** A small menu behind a sign; opened by pointer or keyboard, closed by a choice, by Escape and by looking elsewhere. */

/**
 * @param {string} name what it is for, for those who cannot see the sign
 * @param {Record<string, () => void>} choices
 */
export function menu(name, choices) {
  const root = document.createElement("details");
  root.className = "saves";
  const sign = document.createElement("summary");
  sign.setAttribute("aria-label", name);
  sign.title = name;
  const list = document.createElement("div");
  list.append(...Object.entries(choices).map(([words, act]) => {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.textContent = words;
    choice.addEventListener("click", () => {
      close();
      act();
    });
    return choice;
  }));
  root.append(sign, list);

  function close() {
    if (root.contains(document.activeElement)) sign.focus();
    root.open = false;
  }

  root.addEventListener("keydown", (event) => event.key === "Escape" && close());
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !root.contains(/** @type {Node} */ (event.relatedTarget))) root.open = false;
  });
  document.addEventListener("pointerdown", function elsewhere(event) {
    if (!root.isConnected) return document.removeEventListener("pointerdown", elsewhere);  // its run left the stage
    if (!root.contains(/** @type {Node} */ (event.target))) root.open = false;
  });
  return root;
}
