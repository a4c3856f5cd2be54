/** The panel that draws everything that moves: wires the stream to the stage, the curves, the numbers and the status line. */

import { Curves } from "./curves.js";
import { History } from "./history.js";
import { describe, listen } from "./keys.js";
import { Legend } from "./legend.js";
import { float32, merge } from "./message.js";
import { Numbers } from "./numbers.js";
import { Stage } from "./stage.js";
import { Status } from "./status.js";
import { Stream } from "./stream.js";

/**
 * @param {HTMLElement} element holds panel.html
 * @param {{value: string}} props value is the id of the run to watch, "" for none
 * @param {(prop: string, changed: () => void) => void} watch
 * @param {(event: string, data: object) => void} trigger tells Python `state` whenever the run's state changes
 */
export function mount(element, props, watch, trigger) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (element.querySelector(name));
  const readings = new History(), checks = new History();
  const layers = { real: true, fake: true, belief: true, gradients: true };
  const stage = new Stage(find(".view"), layers);
  const legend = new Legend(element, layers, () => { stage.repaint(); legend.show(stage.painter); });
  const curves = new Curves(find(".side"), readings, checks);
  const numbers = [new Numbers(find(".said"), readings), new Numbers(find(".measured"), checks)];
  const root = find(".play"), status = new Status(root);

  /** @type {Partial<import("./message.js").Message>} */
  let known = {};

  /** @param {import("./message.js").Message} news */
  function hear(news) {
    if (!element.isConnected) return stream.close();
    const before = known.state;
    known = merge(known, news);
    if (news.reset) [readings, checks].forEach((history) => history.clear());
    if (news.columns) readings.name(news.columns);
    if (news.check_columns) checks.name(news.check_columns);
    if (news.rows) readings.append(float32(news.rows));
    if (news.checks) checks.append(float32(news.checks));
    if (news.rows || news.checks || news.reset) curves.show(known.run, known.floors);
    if (news.rows || news.checks || news.columns) numbers.forEach((list) => list.show(known.floors));
    look(news);
    status.show(known, Boolean(known.stage));
    root.dataset.run = known.run;
    describe();
    if (known.state !== before) trigger("state", { run: known.run, state: known.state });
  }

  /** @param {import("./message.js").Message} news */
  async function look(news) {
    if (news.real) await stage.real(news.real);
    if (news.stage) await stage.show(news.stage);
    if (news.real || news.stage) legend.show(stage.painter);
  }

  const stream = new Stream({
    message: hear,
    end: () => {},
    gone: () => status.showTrouble("gone", Boolean(known.stage)),
    lost: (lost) => (lost ? status.showTrouble("lost", Boolean(known.stage)) : status.show(known, Boolean(known.stage))),
  });

  function open() {
    if (stream.run === (props.value || "")) return;
    forget();
    stream.open(props.value || "");
  }

  function forget() {
    known = {};
    readings.name([]);
    checks.name([]);
    stage.clear();
    legend.show(null);
    curves.show("");
    numbers.forEach((list) => list.show());
    status.show(known, false);
  }

  forget();
  listen();
  watch("value", open);
  open();
}
