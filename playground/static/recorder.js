/** Makes a GIF of a run, or of several side by side, which may play on meanwhile: its key frames one after another, with progress and a way out. */

import { download } from "./download.js";
import { Gif, MOST_COLOURS } from "./gif.js";
import { Table } from "./quantise.js";
import { Replay } from "./replay.js";

const [FRAME, LAST] = [120, 2000];  // ms that a frame stands, and the last one before it begins again

const DIALOG = `
  <h2>The run as a GIF</h2>
  <canvas aria-hidden="true"></canvas>
  <progress max="1" value="0" aria-label="Frames drawn"></progress>
  <p role="status"></p>
  <button type="button">Stop</button>`;

export class Recorder {
  /** @param {HTMLElement} root where the dialog is put */
  constructor(root) {
    this.dialog = document.createElement("dialog");
    this.dialog.className = "recorder";
    this.dialog.setAttribute("aria-label", "The run as a GIF");
    this.dialog.innerHTML = DIALOG;
    root.append(this.dialog);
    const find = (/** @type {string} */ name) => /** @type {any} */ (this.dialog.querySelector(name));
    [this.canvas, this.progress, this.status, this.button] = ["canvas", "progress", "p", "button"].map(find);
    this.takes = 0;  // begun or stopped: one that is not the newest draws no further
    this.button.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.takes++);
  }

  /** @param {import("./scene.js").Scene[]} scenes @param {string} name of the file */
  async record(scenes, name) {
    if (this.dialog.open) return;
    const take = ++this.takes;
    this.#say("Stop", "Choosing the colours", 0);
    this.dialog.showModal();
    const there = scenes.filter((scene) => scene.stage.painter), replay = there.length ? new Replay(there, this.canvas) : null;
    if (!replay?.rounds.length) return this.#say("Close", "There is nothing to show yet: let the run play for a moment.", 0);
    const started = performance.now();
    const blob = await this.#draw(replay, take);
    if (!blob) return;  // it was stopped
    download(blob, name);
    this.dialog.dataset.ms = String(Math.round(performance.now() - started));
    this.#say("Close", `${name}: ${replay.rounds.length} frames, ${(blob.size / 1e6).toFixed(1)} MB.`, 1);
  }

  /** The GIF, or nothing if it was stopped meanwhile.  @param {Replay} replay @param {number} take */
  async #draw(replay, take) {
    await replay.open();
    const { rounds } = replay, table = new Table(await this.#samples(replay), MOST_COLOURS);
    const gif = new Gif(this.canvas.width, this.canvas.height, table.colours);
    for (const [i, round] of rounds.entries()) {
      if (await replay.show(round)) gif.add(table.indices(replay.pixels()), i === rounds.length - 1 ? LAST : FRAME);
      await new Promise((done) => setTimeout(done));  // the run on the stage moves on
      if (take !== this.takes) return null;
      this.#say("Stop", `Frame ${i + 1} of ${rounds.length}`, (i + 1) / rounds.length);
    }
    return gif.finish();
  }

  /** Frames from the beginning, the middle and the end, by which the colours are chosen.  @param {Replay} replay */
  async #samples(replay) {
    const pictures = [];
    for (const part of [0, 0.25, 0.5, 1]) {
      if (await replay.show(replay.rounds[Math.floor(part * (replay.rounds.length - 1))])) pictures.push(replay.pixels());
    }
    return pictures;
  }

  /** @param {string} button @param {string} words @param {number} part */
  #say(button, words, part) {
    this.button.textContent = button;
    this.status.textContent = words;
    this.progress.value = part;
  }
}
