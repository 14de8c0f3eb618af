/**
 * The strips under the bar: what stands between the reader and the newest state. Owns their elements; each is a live
 * region that is there from the start, so that assistive technology hears of it.
 */

import { h, icon, icons, type Translate } from '@belfry/inbox';

export interface Notices {
  element: HTMLElement;
  /** A key of the texts, or nothing when all is well. */
  connection(key: string | undefined): void;
  /** Where it is said that a newer version waits. */
  newer: HTMLElement;
}

export function notices(t: Translate): Notices {
  const connected = h('p', { class: 'banner', role: 'status', hidden: true });
  const newer = h('div', { class: 'banner update', role: 'status', hidden: true });
  return {
    element: h('div', { class: 'banners' }, connected, newer),
    connection(key) {
      connected.hidden = !key;
      if (connected.dataset.key === key) return;
      if (key) connected.dataset.key = key;
      else delete connected.dataset.key;
      connected.replaceChildren(...(key ? [icon(icons.offline, 16), h('span', {}, t(key))] : []));
    },
    newer,
  };
}
