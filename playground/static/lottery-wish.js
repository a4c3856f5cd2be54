/** What is to be drawn: the form, and the plan that it stands for, as JSON and as an address. */

import { chips } from "./theory-controls.js";
import { count, number } from "./words.js";

/**
 * @typedef {{recipe: string, methods: string[], rates: number[], data: string[], seeds: number, rounds: number}} Plan
 * @typedef {{name: string, title: string, about: string, rounds: number}} Recipe
 * @typedef {{recipes: Record<string, Recipe[]>, methods: import("./theory-controls.js").Choice[], data: Record<string, string>, rates: number[],
 *   measures: Record<string, string>}} Choices
 */

const SEEDS = [8, 16, 30], ROUNDS = [500, 1000, 2000, 4000];
const BASE = "ring-small";  // whose losses, learning rates and data a table compares
const KINDS = { recipe: "One recipe", rates: "Losses × learning rates", data: "Losses × data" };
const OPENS = { recipe: "ring-coin", methods: [], rates: [], data: [], seeds: 30, rounds: 2000 };
const TABLES = {
  recipe: { methods: [], rates: [], data: [] },
  rates: { recipe: BASE, methods: ["ns", "hinge", "dragan", "r3gan"], rates: [3e-4, 1e-3, 3e-3, 1e-2, 3e-2], data: [] },
  data: { recipe: BASE, methods: ["mm", "ns", "lsgan", "hinge", "r3gan"], rates: [], data: ["ring", "grid", "blobs"] },
};

export class Wish {
  /** @param {HTMLFormElement} form @param {Choices} choices @param {() => void} draw @param {() => void} stop */
  constructor(form, choices, draw, stop) {
    this.form = form;
    this.choices = choices;
    this.find = (/** @type {string} */ name) => /** @type {any} */ (form.querySelector(name));
    /** @type {Plan} */
    this.plan = { ...OPENS };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      draw();
    });
    this.find(".stop").addEventListener("click", stop);
    this.find("select").addEventListener("change", (/** @type {any} */ event) => {
      this.plan.recipe = event.target.value;
      this.show();
    });
  }

  /** The kind of table: "recipe", "rates" or "data". */
  get kind() {
    return this.plan.rates.length ? "rates" : this.plan.data.length ? "data" : "recipe";
  }

  /** Take the plan of an address, less what makes no sense, or the one that the page opens with.  @param {URLSearchParams} query */
  read(query) {
    const { methods, data } = this.choices, given = (/** @type {string} */ key) => (query.get(key) ?? "").split(",").filter(Boolean);
    const known = (/** @type {string} */ key, /** @type {string[]} */ all) => given(key).filter((name) => all.includes(name));
    const asked = ["recipe", "methods", "rates", "data", "seeds", "rounds"].some((key) => query.has(key));
    const whole = (/** @type {string} */ key, /** @type {number} */ usual) => Number.parseInt(query.get(key) ?? "", 10) || usual;
    if (asked) {
      const rows = known("methods", methods.map(({ name }) => name)), table = rows.length > 0;
      this.plan = {
        recipe: query.get("recipe") || (table ? BASE : OPENS.recipe), methods: rows,
        rates: given("rates").map(Number).filter((rate) => rate > 0 && rate < 1), data: known("data", Object.keys(data)),
        seeds: whole("seeds", table ? 16 : OPENS.seeds), rounds: whole("rounds", OPENS.rounds),
      };
    }
    this.show();
  }

  /** The plan as a query, as short as it can be. */
  get query() {
    const { recipe, methods, rates, data, seeds, rounds } = this.plan, query = new URLSearchParams();
    if (!methods.length || recipe !== BASE) query.set("recipe", recipe);
    for (const [key, names] of Object.entries({ methods, rates, data })) if (names.length) query.set(key, names.join(","));
    query.set("seeds", String(seeds));
    query.set("rounds", String(rounds));
    return query.toString().replaceAll("%2C", ",");
  }

  /** Fill the form from the plan. */
  show() {
    const { plan, kind, choices } = this;
    chips(this.find(".kinds"), Object.entries(KINDS).map(([name, title]) => ({ name, title })), kind, (name) => {
      Object.assign(plan, TABLES[/** @type {keyof typeof TABLES} */ (name)], name === "recipe" ? { recipe: OPENS.recipe, seeds: 30 } : { seeds: 16 });
      this.show();
    });
    for (const line of /** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-for]"))) {
      const of = line.dataset.for;
      line.hidden = !(of === kind || (of === "methods" && kind !== "recipe") || (of === "recipe" && plan.recipe !== BASE));
    }
    this.#recipes();
    const named = (/** @type {Record<string, string>} */ table) => Object.entries(table).map(([name, title]) => ({ name, title }));
    this.#several(".methods", choices.methods, plan.methods, (names) => { plan.methods = names; });
    this.#several(".data", named(choices.data), plan.data, (names) => { plan.data = names; });
    const rates = [...new Set([...choices.rates, ...plan.rates])].sort((a, b) => a - b);
    this.#several(".rates", rates.map((rate) => ({ name: String(rate), title: String(rate) })), plan.rates.map(String), (names) => { plan.rates = names.map(Number); });
    this.#one(".seeds", SEEDS, "seeds");
    this.#one(".rounds", ROUNDS, "rounds");
    this.#cost();
  }

  /** @param {boolean} drawing */
  draws(drawing) {
    this.find(".stop").hidden = !drawing;
    this.form.classList.toggle("drawing", drawing);
  }

  #recipes() {
    const select = /** @type {HTMLSelectElement} */ (this.find("select")), known = Object.values(this.choices.recipes).flat();
    const groups = Object.entries(this.choices.recipes).map(([label, recipes]) => {
      const group = Object.assign(document.createElement("optgroup"), { label });
      group.append(...recipes.map(({ name, title, about }) => Object.assign(new Option(title, name), { title: about })));
      return group;
    });
    if (!known.some(({ name }) => name === this.plan.recipe)) groups.unshift(/** @type {any} */ (new Option("The recipe of the link", this.plan.recipe)));
    select.replaceChildren(...groups);
    select.value = this.plan.recipe;
  }

  /** @param {string} place @param {number[]} usual @param {"seeds" | "rounds"} key */
  #one(place, usual, key) {
    const values = [...new Set([...usual, this.plan[key]])].sort((a, b) => a - b);
    chips(this.find(place), values.map((value) => ({ name: String(value), title: count(value) })), String(this.plan[key]), (name) => {
      this.plan[key] = Number(name);
      this.#cost();
    });
  }

  /** Any of several, at least one.  @param {string} place @param {import("./theory-controls.js").Choice[]} all @param {string[]} chosen @param {(names: string[]) => void} changed */
  #several(place, all, chosen, changed) {
    const on = new Set(chosen);
    const buttons = all.map(({ name, title, about = "" }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: title, title: about });
      button.dataset.name = name;
      button.setAttribute("aria-pressed", String(on.has(name)));
      button.addEventListener("click", () => {
        if (on.has(name) && on.size > 1) on.delete(name);
        else on.add(name);
        button.setAttribute("aria-pressed", String(on.has(name)));
        changed(all.map((each) => each.name).filter((each) => on.has(each)));
        this.#cost();
      });
      return button;
    });
    this.find(place).replaceChildren(...buttons);
  }

  #cost() {
    const { methods, rates, data, seeds, rounds } = this.plan;
    const cells = Math.max(1, methods.length) * Math.max(1, rates.length, data.length);
    this.find(".cost").textContent = cells > 1 ? `${cells} lotteries, ${count(cells * seeds)} runs of ${count(rounds)} rounds` : `${count(seeds)} runs of ${count(rounds)} rounds`;
    this.find(".cost").title = number(cells * seeds * rounds) + " rounds in all";
  }
}
