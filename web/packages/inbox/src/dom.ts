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

/** Sets attributes and listeners of an element as {@link h} does; `null`, `undefined` and `false` remove. */
export function set(element: Element, properties: Properties): void {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

/** Changes a text only if it differs, so that selections and live regions are left alone. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A stroked 24 × 24 icon, silent for assistive technology: the control around it carries the name. */
export function icon(path: string, size = 18): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const attributes = {
    viewBox: '0 0 24 24',
    width: size,
    height: size,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.75,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
    focusable: 'false',
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/** Paths for {@link icon}. */
export const icons = {
  bell: 'M6 9.5a6 6 0 0 1 12 0c0 4.6 1.4 6.1 2.2 7H3.8c.8-.9 2.2-2.4 2.2-7ZM9.8 19.5a2.4 2.4 0 0 0 4.4 0',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  checks: 'm2 12.5 4.5 4.5L15 8M11.5 16l1 1L22 8',
  dot: 'M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10Z',
  archive: 'M4 8.5v9A1.5 1.5 0 0 0 5.5 19h13a1.5 1.5 0 0 0 1.5-1.5v-9M3 5h18v3.5H3ZM10 12.5h4',
  back: 'M20 12H5m6-6.5L4.5 12l6.5 6.5',
  out: 'M8 16 17 7m-8 0h8v8',
  close: 'm6 6 12 12M18 6 6 18',
  offline:
    'M3 3l18 18M5 12.5a10 10 0 0 1 3.6-2.3M12.5 9.5a10 10 0 0 1 6.5 3M8.5 16a5 5 0 0 1 5.7-.9M2 9a15 15 0 0 1 3.6-2.4M10 5.6A15 15 0 0 1 22 9M12 19.5h0',
  alert: 'M12 8v5m0 3.5v0M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z',
  stack: 'm12 4 8.5 4.2L12 12.5 3.5 8.2ZM4.5 12.4 12 16l7.5-3.6M4.5 16.2 12 20l7.5-3.8',
  key: 'M14.5 4a5.5 5.5 0 1 1-4 9.3L4 19.8V16l6-5.5A5.5 5.5 0 0 1 14.5 4ZM16 8.5v0',
} as const;
