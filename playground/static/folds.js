/** Which sections of the form are unfolded, as words for the page's address: `fold-data_open-generator`. */

/** How the page comes, by section; read off it once, before anybody has clicked.  @type {Map<string, boolean>} */
const usual = new Map();

/** @returns {[string, HTMLElement][]} name and heading of each section */
const sections = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#recipe [id^=section-]"))].flatMap((section) => {
  const heading = headingOf(section);
  return heading ? [[section.id.slice("section-".length).replaceAll("_", "-"), heading]] : [];
});

/** The heading of a section, which unfolds it when it is clicked.  @param {Element} section @returns {HTMLElement | null} */
export const headingOf = (section) => section.querySelector(".label-wrap");

/** @param {HTMLElement} heading */
export const isOpen = (heading) => heading.classList.contains("open");

/** Words for what is otherwise than the page comes.  @returns {string[]} */
export const foldsNow = () => sections().flatMap(([name, heading]) =>
  usual.has(name) && usual.get(name) !== isOpen(heading) ? [`${isOpen(heading) ? "open" : "fold"}-${name}`] : []);

/** Fold and unfold as these words say, and hear of every change.  @param {string[]} words @param {() => void} changed */
export function followFolds(words, changed) {
  for (const [name, heading] of sections()) {
    usual.set(name, isOpen(heading));
    if (words.includes(`${isOpen(heading) ? "fold" : "open"}-${name}`)) heading.click();
  }
  document.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest?.("#recipe .label-wrap")) changed();
  });
}
