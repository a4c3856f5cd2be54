/** Plotly.js as the plotly package ships it: 4.8 MB, so it is fetched beside the running picture, never before it. */

const URL = "/vendor/plotly.min.js";

/** @type {Promise<any> | undefined} */
let arriving;

/** @returns {Promise<any>} Plotly, once it is here */
export function plotly() {
  arriving ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = URL;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`The curves cannot be drawn: ${URL} did not load.`));
    document.head.append(script);
  });
  return arriving;
}
