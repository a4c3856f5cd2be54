/** What is told beside the drawing: a colour, a material. */

import { chips } from "./theory-controls.js";

/**
 * @typedef {{name: string, kind: "colour" | "choice", names: string[], first: string}} Wish first: of a choice, what is told at first,
 *   or nothing
 * @typedef {Record<string, string>} Told by the name of each wish: #rrggbb, or the name of a choice
 */

/** @type {[string, string][]} */
const COLOURS = [
  ["red", "#d62924"], ["orange", "#f28519"], ["yellow", "#f7d12e"], ["green", "#40a842"], ["turquoise", "#21ada8"], ["blue", "#295ed1"],
  ["purple", "#8540b8"], ["pink", "#f27aa8"], ["brown", "#804f30"], ["white", "#ebe8e0"], ["grey", "#75787f"],
];
const FIRST = COLOURS[1][1];
const TRIES = 20;  // to be surprised by something else than what is there; a choice of one has nothing else

/** @template T @param {T[]} list @returns {T} */
const one = (list) => list[Math.floor(Math.random() * list.length)];

export class Wishes {
  /** @param {HTMLElement} root @param {() => void} changed */
  constructor(root, changed) {
    this.root = root;
    this.changed = changed;
    /** @type {Wish[]} */
    this.all = [];
    /** @type {Told} */
    this.told = {};
  }

  /** @param {Wish[]} wishes @param {Told} told where it fits */
  show(wishes, told) {
    this.all = wishes;
    this.told = Object.fromEntries(wishes.map((wish) => [wish.name, fits(wish, told[wish.name]) ? told[wish.name] : first(wish)]));
    this.root.replaceChildren(...wishes.map((wish) => this.#section(wish)));
    if (wishes.length) this.root.append(this.#surprise());
    this.root.hidden = !wishes.length;
  }

  /** @param {Wish} wish */
  #section(wish) {
    const section = Object.assign(document.createElement("section"), { className: "wish" }), row = document.createElement("div");
    section.append(Object.assign(document.createElement("h3"), { textContent: wish.name }), row);
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", wish.name);
    row.dataset.wish = wish.name;
    const tell = (/** @type {string} */ said) => {
      this.told = { ...this.told, [wish.name]: said };
      this.changed();
    };
    if (wish.kind === "colour") swatches(row, wish.name, this.told[wish.name], tell);
    else {
      row.className = "chips";
      chips(row, wish.names.map((name) => ({ name, title: name })), this.told[wish.name], tell);
    }
    return section;
  }

  #surprise() {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "plain surprise", textContent: "Surprise me" });
    button.addEventListener("click", () => {
      const before = JSON.stringify(this.told);
      let told = this.told;
      for (let i = 0; i < TRIES && JSON.stringify(told) === before; i++) {
        told = Object.fromEntries(this.all.map((wish) => [wish.name, wish.kind === "colour" ? anyColour() : one(wish.names)]));
      }
      this.show(this.all, told);
      /** @type {HTMLElement} */ (this.root.querySelector(".surprise")).focus();
      this.changed();
    });
    return button;
  }
}

/** @param {Wish} wish */
const first = (wish) => (wish.kind === "colour" ? FIRST : wish.first || wish.names[0]);

/** @param {Wish} wish @param {string | undefined} said */
const fits = (wish, said) => (wish.kind === "colour" ? /^#[0-9a-f]{6}$/i.test(said ?? "") : wish.names.includes(said ?? ""));

/** Bright or deep, never grey. */
function anyColour() {
  const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  pen.fillStyle = `hsl(${Math.floor(Math.random() * 360)} ${55 + Math.floor(Math.random() * 40)}% ${38 + Math.floor(Math.random() * 30)}%)`;
  return String(pen.fillStyle);
}

/** @param {HTMLElement} row @param {string} name @param {string} chosen @param {(colour: string) => void} tell */
function swatches(row, name, chosen, tell) {
  row.className = "swatches";
  const free = Object.assign(document.createElement("input"), { type: "color", value: chosen, title: "Any other colour" });
  free.setAttribute("aria-label", `any ${name}`);
  const buttons = COLOURS.map(([title, colour]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", title });
    button.setAttribute("aria-label", title);
    button.dataset.colour = colour;
    button.style.background = colour;
    button.addEventListener("click", () => mark(colour, true));
    return button;
  });
  const mark = (/** @type {string} */ colour, /** @type {boolean} */ tells) => {
    free.value = colour;
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.colour === colour)));
    if (tells) tell(colour);
  };
  free.addEventListener("input", () => mark(free.value, true));
  mark(chosen, false);
  row.replaceChildren(...buttons, free);
}
