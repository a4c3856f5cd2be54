/** The page "Luck or loss": what is to be drawn, the table as it fills, and the wall of one of its lotteries. */

import { fetched } from "./explore-ask.js";
import { Table } from "./lottery-table.js";
import { Wall } from "./lottery-wall.js";
import { Wish } from "./lottery-wish.js";
import { count } from "./words.js";

const EVERY = 400, AGAIN = 2000;  // ms between two looks; the same after a look that failed
const GONE = 404;  // the status of a table that the server does not know any more
const SILENT = "The server does not answer; trying again.";

/**
 * @typedef {{name: string, title: string, across: "rates" | "data" | "recipe", rows: import("./lottery-table.js").Named[],
 *   columns: import("./lottery-table.js").Named[], seeds: number, rounds: number, real: string[], dims: number[], detail?: string}} Opened
 * @typedef {{version: number, drawn: Record<string, import("./lottery-table.js").Cell>, now: Record<string, import("./lottery-wall.js").Standing>,
 *   lost: Record<string, string>, over: boolean, share: number, ahead: number, left: number | null, blame: import("./lottery-table.js").Blame | null,
 *   detail?: string}} News what is being drawn now is told whole of the cell that is looked at, of others only its rounds
 */

/** @param {HTMLElement} element holds lottery.html */
export async function mount(element) {
  const root = /** @type {HTMLElement} */ (element.querySelector(".lottery"));
  for (;;) {
    const { answer } = await fetched("/lottery/choices");
    if (!answer.detail) return new Lottery(root, answer).open();
    const trouble = /** @type {HTMLElement} */ (root.querySelector(".trouble"));
    Object.assign(trouble, { textContent: answer.detail, hidden: false });
    await new Promise((done) => setTimeout(done, AGAIN));
  }
}

class Lottery {
  /** @param {HTMLElement} root says in its data set whether something is being drawn @param {import("./lottery-wish.js").Choices} choices */
  constructor(root, choices) {
    this.root = root;
    this.find = (/** @type {string} */ name) => /** @type {any} */ (root.querySelector(name));
    this.wish = new Wish(this.find(".wish"), choices, () => this.draw(), () => this.stop());
    this.table = new Table(this.find("section.table"), choices.measures, (cell) => this.choose(cell));
    this.wall = new Wall(this.find("section.wall"));
    /** @type {Opened | null} */
    this.opened = null;
    this.turn = 0;       // how often something was to be drawn, or was stopped
    this.cell = 0;       // whose wall is shown
    this.pinned = false; // somebody chose it
    /** @type {Set<number>} */
    this.drawn = new Set();
    /** @type {Set<number>} */
    this.lost = new Set();
  }

  /** The table of the address, or the one that the page opens with, is drawn at once. */
  open() {
    this.trouble("");
    this.wish.read(new URL(location.href).searchParams);
    this.draw();
  }

  /** @param {string} sentence */
  trouble(sentence) {
    const place = this.find(".trouble");
    if (place.textContent !== sentence) place.textContent = sentence;
    place.hidden = !sentence;
  }

  /** Draw what the form says. */
  async draw() {
    const turn = ++this.turn, plan = structuredClone(this.wish.plan), { query } = this.wish;
    this.#state("asking");
    const { answer } = await this.#asked("/lottery/draw", plan, turn);
    if (turn !== this.turn) return;
    this.trouble(answer.detail ?? "");
    if (answer.detail) return this.#state("refused");
    history.replaceState(null, "", `${location.pathname}?${query}`);
    this.#begin(answer);
    this.#state("drawing");
    while (!(await this.#watch(turn))) {  // the server was started anew: it is asked again, and what was drawn is still there
      const { answer: again } = await this.#asked("/lottery/draw", plan, turn);
      if (again.detail) await pause(AGAIN);
    }
  }

  async stop() {
    this.turn++;
    this.#state("stopped", "Stopped. What is drawn is kept: press Draw to go on.");
    if (this.opened) await fetch(`/lottery/${this.opened.name}/stop`, { method: "POST" }).catch(() => {});
  }

  /** Show a cell's wall.  @param {number} cell */
  async choose(cell, pinned = true) {
    const { opened } = this;
    if (!opened) return;
    this.pinned = pinned;
    if (cell !== this.cell) this.#open(cell);
    if (!this.drawn.has(cell)) return;
    const { answer, status } = await fetched(`/lottery/${opened.name}/wall/${cell}`);
    if (this.opened !== opened || this.cell !== cell) return;
    if (!answer.detail) this.wall.show(answer);
    else if (status === GONE) this.draw();
    else this.trouble(answer.detail);
  }

  /** @param {Opened} opened */
  #begin(opened) {
    const single = opened.rows.length * opened.columns.length === 1;
    this.opened = opened;
    this.drawn.clear();
    this.lost.clear();
    this.pinned = single;
    this.table.open(opened.name, opened.rows, opened.columns, opened.across);
    this.root.dataset.shape = single ? "one" : "table";
    this.#open(0);
  }

  /** @param {number} cell */
  #open(cell) {
    const { name, title, across, rows, columns, seeds, rounds, real, dims } = /** @type {Opened} */ (this.opened), wide = columns.length;
    const row = rows[Math.floor(cell / wide)], column = columns[cell % wide];
    const said = rows.length * wide === 1 ? title : `${row.title}, ${across === "rates" ? "learning rate " : ""}${column.title}`;
    this.cell = cell;
    this.wall.open({ table: name, cell, title: said, real: real[cell % wide], dim: dims[cell % wide], seeds, rounds });
    this.table.mark(cell);
  }

  /** The answer, however long the server is silent; of a turn that is over, whatever it was.  @param {string} address @param {object | undefined} body @param {number} turn */
  async #asked(address, body, turn) {
    for (;;) {
      const heard = await fetched(address, body);
      if (turn !== this.turn || !this.root.isConnected || heard.status) return heard;
      this.trouble(SILENT);
      await pause(AGAIN);
    }
  }

  /** Look again and again until all is drawn.  @param {number} turn @returns {Promise<boolean>} false: the server does not know the table any more */
  async #watch(turn) {
    const { name, rows, columns, rounds } = /** @type {Opened} */ (this.opened), cells = rows.length * columns.length;
    for (let since = 0; turn === this.turn && this.root.isConnected; await pause(EVERY)) {
      const { answer, status } = await this.#asked(`/lottery/${name}?since=${since}&cell=${this.cell}`, undefined, turn);
      if (turn !== this.turn || !this.root.isConnected) break;
      this.trouble(status === GONE ? "" : answer.detail ?? "");
      if (status === GONE) return false;
      if (answer.detail) {
        await pause(AGAIN);
        continue;
      }
      since = answer.version;
      this.#hear(answer, rounds);
      if (answer.over) {
        this.#state("done", this.#done(cells, answer.lost));
        break;
      }
      this.#state("drawing", this.#said(answer, cells), left(answer.left));
    }
    return true;
  }

  /** @param {News} news @param {number} rounds */
  #hear(news, rounds) {
    for (const [cell, drawn] of Object.entries(news.drawn)) {
      this.drawn.add(Number(cell));
      this.table.show(Number(cell), drawn);
    }
    for (const [cell, standing] of Object.entries(news.now)) this.table.goes(Number(cell), standing.rounds / rounds);
    this.lost = new Set(Object.keys(news.lost).map(Number));
    for (const [cell, why] of Object.entries(news.lost)) this.table.lose(Number(cell), why);
    const playing = Object.keys(news.now).map(Number), settled = this.drawn.has(this.cell) || this.lost.has(this.cell);
    if (news.drawn[this.cell]) this.choose(this.cell, this.pinned);
    if (!this.pinned && playing.length && settled) this.choose(Math.min(...playing), false);
    else if (news.now[this.cell]?.points) this.wall.show(news.now[this.cell]);
    this.table.explain(news.blame);
    this.find("progress").value = news.share;
  }

  /** @param {News} news @param {number} cells */
  #said({ ahead }, cells) {
    if (ahead) return `${ahead === 1 ? "Another table is" : `${ahead} other tables are`} waited for, too; yours goes on as soon as there is room.`;
    return cells > 1 ? `${this.drawn.size} of ${cells} lotteries drawn` : "Being drawn";
  }

  /** @param {number} cells @param {Record<string, string>} lost */
  #done(cells, lost) {
    const [why] = Object.values(lost);
    return why ? `${why} Press Draw to try again.` : cells > 1 ? `All ${count(cells)} lotteries are drawn.` : "";
  }

  /** What is said is read aloud, so it is not said twice.  @param {string} state @param {string} said @param {string} left how long it takes */
  #state(state, said = "", left = "") {
    const goes = state === "drawing" || state === "asking", status = this.find(".way .said");
    this.root.dataset.state = state;
    if (status.textContent !== said) status.textContent = said;
    this.find(".way .left").textContent = left;
    this.find(".way").hidden = !goes && !said;
    this.find("progress").hidden = !goes;
    this.wish.draws(goes);
  }
}

/** @param {number | null} seconds */
function left(seconds) {
  if (seconds === null) return "";
  return seconds < 90 ? `about ${Math.max(1, Math.round(seconds))} s to go` : `about ${Math.round(seconds / 60)} min to go`;
}

/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
