/** What stands in place of a list or an item: loading, empty, failed, gone. Each says why and what can be done. */

import { h, icon } from '@belfry/inbox';

export interface StateOptions {
  picture: string;
  title: string;
  text: string;
  action?: { label: string; run(): void };
}

export function state({ picture, title, text, action }: StateOptions): HTMLElement {
  return h(
    'div',
    { class: 'state' },
    h('span', { class: 'state-icon' }, icon(picture, 26)),
    h('h2', {}, title),
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
