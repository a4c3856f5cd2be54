/** The menu of presets. Its value is a preset's name. */

/**
 * @param {HTMLElement} element holds presets.html
 * @param {{value: string}} props
 * @param {(prop: string, changed: () => void) => void} watch
 * @param {(event: string) => void} trigger tells Python `input` when a person has chosen
 */
export function mount(element, props, watch, trigger) {
  const menu = /** @type {HTMLSelectElement} */ (element.querySelector("select"));
  const show = () => (menu.value = props.value);
  menu.addEventListener("change", () => {
    props.value = menu.value;
    trigger("input");
  });
  watch("value", show);
  show();
}
