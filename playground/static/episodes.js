/** When which run on the stage had which symptom. */

import { LETTERS } from "./words.js";

/**
 * @typedef {{scene: import("./scene.js").Scene, letter: string, symptom: string, title: string, began: number, ended: number | null,
 *   seen: string, key: string}} Episode
 *   `letter` names the run where there are several; `ended` is null while it lasts; `key` is another for each episode
 */

/** All of them, run by run, first what is over and then what lasts.  @param {import("./scene.js").Scene[]} scenes @returns {Episode[]} */
export function episodes(scenes) {
  return scenes.flatMap((scene, nth) => [...(scene.known.past ?? []), ...(scene.known.health ?? [])].map((each) => ({
    scene,
    letter: scenes.length > 1 ? LETTERS[nth] : "",
    title: scene.known.symptoms?.[each.symptom]?.title ?? each.symptom,
    ended: null,
    seen: "",
    key: `${scene.run} ${each.symptom} ${each.began}`,
    ...each,
  })));
}

/** Those that last.  @param {import("./scene.js").Scene[]} scenes */
export const lasting = (scenes) => episodes(scenes).filter(({ ended }) => ended === null);

/** What it is called, and of which run.  @param {Episode} episode */
export const named = ({ letter, title }) => (letter ? `${letter} · ${title}` : title);
