/** What is on the page, behind the # of its address: a link that can be shared. */

import { packed, unpacked } from "./sketch-strokes.js";

const LONGEST = 6000;  // letters of a drawing that still go into a link
const TOLD = "t.";     // before the name of a wish

/** @typedef {{model: string, way: number, told: Record<string, string>, strokes: import("./sketch-strokes.js").Stroke[] | null}} Seen */

/** @returns {Seen} what is damaged is as if it were not there */
export function read() {
  const asked = new URLSearchParams(location.hash.slice(1)), drawn = asked.get("d");
  return {
    model: asked.get("model") ?? "",
    way: /^\d{1,2}$/.test(asked.get("way") ?? "") ? Number(asked.get("way")) : 0,
    told: Object.fromEntries([...asked].filter(([key]) => key.startsWith(TOLD)).map(([key, said]) => [key.slice(TOLD.length), said])),
    strokes: drawn === null ? null : unpacked(drawn),
  };
}

/** @param {Seen} seen @returns {boolean} whether the drawing is in it, too */
export function write({ model, way, told, strokes }) {
  const words = new URLSearchParams({ model });
  if (way) words.set("way", String(way));
  for (const [name, said] of Object.entries(told)) words.set(TOLD + name, said);
  const text = strokes ? packed(strokes) : null, short = text !== null && text.length <= LONGEST;
  if (short) words.set("d", text);
  history.replaceState(null, "", `${location.pathname}${location.search}#${words}`);
  return short;
}
