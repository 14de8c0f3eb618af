/** Makes elements without HTML sinks. Owns nothing else. */

export type Child = Node | string | null | undefined | false;
type Properties = Record<string, string | boolean | number | null | undefined | EventListener>;

/**
 * `h('button', { class: 'quiet', onclick: run }, 'Save')`. Functions become listeners, `true` an empty attribute;
 * `false`, `null` and `undefined` are left out.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, properties);
  element.append(...children.filter((child): child is Node | string => Boolean(child)));
  return element;
}

/** Sets attributes and listeners of an element as {@link h} does; `null`, `undefined` and `false` remove. Gives it back. */
export function set<E extends Element>(element: E, properties: Properties): E {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  return element;
}

/** Changes a text only if it differs, so that selections and live regions are left alone. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A stroked 24 × 24 icon, silent for assistive technology: the control around it carries the name. */
export function icon(path: string, size = 18): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const shape = document.createElementNS(SVG, 'path');
  set(svg, {
    viewBox: '0 0 24 24',
    width: size,
    height: size,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.75,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  });
  set(shape, { d: path });
  svg.append(shape);
  return svg;
}
