/** The strip that offers a newer build. Refuses to know what updating takes. */

import { h, icon, type Translate } from '@belfry/inbox';
import { sparkle } from './icons';

/** Fills the strip, a live region that was there from the start. */
export function offerUpdate(strip: HTMLElement, t: Translate, run: () => void): void {
  strip.hidden = false;
  strip.replaceChildren(
    icon(sparkle, 16),
    h('span', {}, t('portal.update')),
    h(
      'button',
      { type: 'button', class: 'text-button', 'data-action': 'update', onclick: run },
      t('portal.update_now'),
    ),
  );
}
