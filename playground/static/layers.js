/**
 * The layers of a picture that can be switched on and off: real and fake samples, and what is worked out only while somebody
 * looks.
 *
 * @typedef {"belief" | "optimal" | "difference"} Heat
 * @typedef {"real" | "fake" | "gradients" | "manifold" | "density" | Heat} LayerName
 * @typedef {Record<LayerName, boolean>} Layers which are on
 */

/** @returns {Layers} what is on when the page is opened */
export const usual = () => ({
  real: true, fake: true, belief: true, gradients: true, optimal: false, difference: false, manifold: false, density: false,
});

/** The heat maps, of which one can be seen at a time, each with what its two ends mean.  @type {Record<Heat, [string, string]>} */
export const HEATS = {
  belief: ["surely fake", "surely real"],
  optimal: ["surely fake", "surely real"],
  difference: ["D believes too little", "too much"],
};

/** The heat map that is on, if any.  @param {Layers} layers @returns {Heat | null} */
export const heatOf = (layers) => /** @type {Heat[]} */ (Object.keys(HEATS)).find((name) => layers[name]) ?? null;

/** Switch a layer; where it is a heat map, the others go off.  @param {Layers} layers changed in place @param {LayerName} name */
export function toggle(layers, name) {
  const on = !layers[name];
  if (name in HEATS) for (const heat of /** @type {Heat[]} */ (Object.keys(HEATS))) layers[heat] = false;
  layers[name] = on;
}

/** All layers of a picture, where these are offered besides samples.  @param {string[]} offered @returns {LayerName[]} */
export function offer(offered) {
  const more = offered.includes("optimal") && offered.includes("belief") ? ["difference"] : [];
  return /** @type {LayerName[]} */ (["real", "fake", ...offered, ...more]);
}

/** What the server must work out for these.  @param {Layers} layers @param {boolean} pointing the pointer asks for densities */
export function wanted(layers, pointing) {
  const { belief, optimal, difference, gradients, manifold, density } = layers;
  const asked = { belief: belief || difference, gradients, optimal: optimal || difference, density: density || pointing, manifold };
  return Object.entries(asked).flatMap(([name, on]) => (on ? [name] : []));
}
