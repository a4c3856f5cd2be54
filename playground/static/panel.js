/**
 * The panel that draws everything that moves: one scene for each run on the stage, and around them what they share, the legend,
 * the time line, the curves and the numbers.
 */

import { Curves } from "./curves.js";
import { episodes } from "./episodes.js";
import { Film } from "./film.js";
import { Health, isOld } from "./health.js";
import { describe, listen } from "./keys.js";
import { wanted } from "./layers.js";
import { follow, layersAsked } from "./layout.js";
import { Legend } from "./legend.js";
import { Marks } from "./marks.js";
import { Numbers } from "./numbers.js";
import { Saving } from "./saving.js";
import { Scene } from "./scene.js";
import { Story } from "./story.js";
import { Timeline } from "./timeline.js";
import { widen } from "./wide.js";
import { LETTERS } from "./words.js";

/** Parts of a message that change what is wrong, or where on the time line it began.  @type {(keyof import("./message.js").Message)[]} */
const CLINICAL = ["health", "past", "symptoms", "frames", "reset"];

/**
 * @param {HTMLElement} element holds panel.html
 * @param {{value: string}} props value names the runs to watch as JSON, [{id, caption}]; "" for none
 * @param {(prop: string, changed: () => void) => void} watch
 * @param {(event: string, data: object) => void} trigger tells Python `state` whenever a run's state changes, `branch`, `close`, `instead`, `cure`
 */
export function mount(element, props, watch, trigger) {
  const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (element.querySelector(name));
  const root = find(".play"), place = find(".scenes");
  const template = /** @type {HTMLTemplateElement} */ (element.querySelector("template"));
  const layers = layersAsked();
  /** @type {Scene[]} */
  let scenes = [];

  const asked = () => wanted(story.on ? { ...layers, manifold: true } : layers, scenes.some((scene) => scene.pointing));
  const legend = new Legend(element, layers, {
    changed: () => { legend.show(scenes[0]?.stage.painter); scenes.forEach((scene) => { scene.stage.repaint(); scene.look(); }); },
    morph: () => scenes.forEach((scene) => scene.stage.morph()),
  });
  const curves = new Curves(find(".side"));
  const numbers = [new Numbers(find(".said"), "readings"), new Numbers(find(".measured"), "checks")];
  const saving = new Saving(root, curves.charts);
  const timeline = new Timeline(find(".timeline"), {
    visit: (round) => { scenes.forEach((scene) => scene.visit(round)); tell(); },
    branch: (round) => trigger("branch", { round }),
  });
  const marks = new Marks(find(".marks"), (round) => timeline.visit(round));
  const health = new Health(find(".health"), (scene, link) => trigger("cure", { run: scene.run, link }));

  const film = new Film(/** @type {HTMLDetailsElement} */ (find(".film")));
  const story = new Story(find(".story"), {
    ask: (who) => scenes[0].tell(who),
    tell: (light) => film.tell(light),
    changed: (on) => {
      scenes[0].look();
      if (on) scenes.slice(1).forEach((scene) => scene.tell(null));  // its neighbours wait
    },
  });

  /** Curves and numbers of all scenes, at the moment that the time line shows. */
  function tell() {
    curves.show(scenes, timeline.round);
    numbers.forEach((list) => list.show(scenes, timeline.round));
    film.show(scenes[0], timeline.round);
  }

  /** What is wrong, and where on the time line it began. */
  function examine() {
    health.show(scenes);
    marks.show(scenes[0].known.frames ?? [], episodes(scenes));
  }

  /** @type {import("./scene.js").Listener} */
  const listener = {
    heard(scene, news) {
      if (news.rows || news.checks || news.reset || news.columns || news.floors) tell();
      if (news.frames && scene === scenes[0]) timeline.show(news.frames);
      const [problem, old] = [news.problem, isOld(news.round)], seen = scene.examined;
      if (CLINICAL.some((part) => part in news) || seen?.problem !== problem || seen.old !== old) examine();
      scene.examined = { problem, old };
      if (scene === scenes[0]) story.hear(news);
      describe();
      if (news.state !== scene.state) trigger("state", { run: news.run, state: news.state });
      scene.state = news.state;
      root.dispatchEvent(new CustomEvent("heard", { bubbles: true, detail: scenes }));  // for the clinic, which teaches beside it
    },
    drawn: (scene) => {
      if (scene !== scenes[0]) return;
      legend.show(scene.stage.painter);
      film.show(scene, timeline.round);
    },
    closed: (scene) => trigger("close", { run: scene.run }),
    instead: (scene) => trigger("instead", { run: scene.run }),
    pointed: () => scenes.forEach((scene) => scene.look()),
  };

  function open() {
    const runs = named(props.value);
    const before = scenes;
    scenes = runs.map(({ id }) => before.find((scene) => scene.run === id) ?? new Scene(makeScene(), id, layers, asked, listener));
    before.filter((scene) => !scenes.includes(scene)).forEach((scene) => scene.close());
    if (!scenes.length) scenes = [new Scene(makeScene(), "", layers, asked, listener)];
    scenes.forEach((scene, i) => { place.append(scene.element); scene.name(runs[i]?.caption ?? ""); });
    if (scenes[0] !== before[0]) story.leave();
    root.dataset.scenes = String(scenes.length);
    find(".letters").replaceChildren(...scenes.map((_, i) => Object.assign(document.createElement("span"), { textContent: LETTERS[i] })));
    saving.show(scenes);
    timeline.visit(null);
    timeline.show(scenes[0].known.frames ?? []);
    legend.show(scenes[0].stage.painter);
    tell();
    examine();
  }

  function makeScene() {
    const made = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
    place.append(made);
    return made;
  }

  listen();
  widen(find(".wide"));
  watch("value", open);
  open();
  follow(root, layers);
}

/** The runs that the panel is to show.  @param {string} value @returns {{id: string, caption: string}[]} */
function named(value) {
  if (!value) return [];
  return value.startsWith("[") ? JSON.parse(value) : [{ id: value, caption: "" }];
}
