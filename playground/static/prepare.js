/** Where a teacher prepares a lesson: a sentence, what is shown, locked and hidden, and the link that the server makes of it. */

const PAUSE = 250;  // ms without typing before the server is asked

/** @param {HTMLElement} element holds prepare.html */
export function mount(element) {
  const find = (/** @type {string} */ name) => /** @type {any} */ (element.querySelector(name));
  const form = /** @type {HTMLFormElement} */ (find("form"));
  const [sentence, address, attempt, trouble, said] = ["textarea", ".address input", ".try", ".trouble", ".said"].map(find);
  const areas = /** @type {HTMLElement[]} */ ([...element.querySelectorAll("[data-area]")]);
  let asked = 0, timer = 0;

  /** The areas that stand on this choice.  @param {string} choice */
  const standing = (choice) =>
    areas.filter((area) => area.querySelector("input:checked")?.getAttribute("value") === choice).map((area) => area.dataset.area);

  async function refresh() {
    const mine = ++asked;
    const here = new URL(location.href);
    const answer = await ask({
      sentence: sentence.value, locked: standing("locked"), hidden: standing("hidden"), recipe: here.searchParams.get("r") ?? "",
    });
    if (mine !== asked) return;
    trouble.hidden = !answer.detail;
    trouble.textContent = answer.detail ?? "";
    if (answer.detail) return;
    const there = new URL(here.pathname, here.origin);
    there.searchParams.set("lesson", answer.lesson);
    if (here.searchParams.has("v")) there.searchParams.set("v", here.searchParams.get("v") ?? "");
    address.value = attempt.href = there.href;
  }

  function later() {
    said.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  }

  async function copy() {
    await refresh();
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "Select the link above and copy it.";  // a page without https may not
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", later);
  for (const button of element.querySelectorAll("[data-all]")) {
    button.addEventListener("click", () => {
      for (const area of areas) if (area.querySelector('[value="locked"]')) choose(area, button.getAttribute("data-all") ?? "");
      later();
    });
  }
  find(".copy").addEventListener("click", copy);
  ["pointerenter", "focus"].forEach((event) => attempt.addEventListener(event, refresh));  // the recipe may have changed meanwhile
  new IntersectionObserver(([seen]) => seen.isIntersecting && refresh()).observe(form);
}

/** @param {HTMLElement} area @param {string} choice */
function choose(area, choice) {
  const radio = /** @type {HTMLInputElement | null} */ (area.querySelector(`input[value="${choice}"]`));
  if (radio) radio.checked = true;
}

/** The lesson's link text, or {detail: why there is none}.  @param {object} draft @returns {Promise<{lesson?: string, detail?: string}>} */
async function ask(draft) {
  try {
    const reply = await fetch("/lesson", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(draft),
    });
    return await reply.json();
  } catch {
    return { detail: "The server does not answer; change something to try again." };
  }
}
