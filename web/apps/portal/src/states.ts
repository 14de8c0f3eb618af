/** What stands in place of a list or an item: loading, empty, failed, gone. Each says why and what can be done. */

import { h, icon } from '@belfry/inbox';

export interface StateOptions {
  picture: string;
  title: string;
  text: string;
  action?: { label: string; run(): void };
  /** `h1` where it is the page; focus can go there. */
  heading?: 'h1' | 'h2';
}

export function state({ picture, title, text, action, heading = 'h2' }: StateOptions): HTMLElement {
  return h(
    'div',
    { class: 'state' },
    h('span', { class: 'state-icon' }, icon(picture, 26)),
    h(heading, { tabindex: heading === 'h1' ? '-1' : null }, title),
    h('p', {}, text),
    action ? h('button', { type: 'button', class: 'button', onclick: action.run }, action.label) : null,
  );
}

/** Grey rows. They become visible after 200 ms (in the style sheet): a fast answer never flickers. */
export function skeleton(rows: number, label: string): HTMLElement {
  const row = (): HTMLElement =>
    h(
      'div',
      { class: 'bone-row', 'aria-hidden': 'true' },
      h('span', { class: 'bone bone-face' }),
      h(
        'span',
        { class: 'bone-lines' },
        h('span', { class: 'bone' }),
        h('span', { class: 'bone' }),
        h('span', { class: 'bone' }),
      ),
    );
  return h(
    'div',
    { class: 'skeleton' },
    h('p', { class: 'sr', role: 'status' }, label),
    ...Array.from({ length: rows }, row),
  );
}
