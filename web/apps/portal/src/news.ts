/**
 * What a page does with news: a toast that leads to the item, or one with their number, and words for who listens.
 * Loaded beside the list. Owns the words and where the buttons lead; how many at once is `Arrivals`' matter.
 */

import type { Item } from '@belfry/api';
import { avatar, destinationOf, faceOf, titleOf } from '@belfry/inbox';
import { Arrivals } from './arrivals';
import type { Context } from './context';
import type { Place } from './place';
import { speak, type Toast } from './toasts';

export interface NewsOptions {
  visit(place: Place): void;
  opened(item: Item): void;
  read(item: Item): void;
  /** Its page is open: it is seen there. */
  isOpen(item: Item): boolean;
  /** The open page shows what the store holds. */
  follow(): void;
  say(text: string, extra: Partial<Toast>): void;
}

export function openNews({ client, t, workspace }: Context, options: NewsOptions): Arrivals {
  const { visit, opened, read, isOpen, follow, say } = options;

  function one(item: Item): void {
    if (isOpen(item)) return;
    const face = faceOf(item, workspace);
    const url = destinationOf(item);
    const run = (): void => {
      if (!url) {
        visit({ item: item.id });
        return;
      }
      opened(item);
      read(item);
      window.open(url, '_blank', 'noopener,noreferrer');
    };
    say(titleOf(item, workspace), {
      detail: item.message,
      // A stack that grows changes the toast that is there.
      key: item.id,
      item: item.id,
      quiet: true,
      picture: avatar(face.name, face.photo),
      action: { label: t(url ? 'item.open' : 'toast.show'), run },
    });
  }

  function many(count: number): void {
    follow();
    const action = { label: t('toast.show'), run: () => visit({}) };
    say(t('toast.many', { count }), { key: 'many', quiet: true, action });
  }

  function aloud(count: number, item: Item): void {
    const words = [titleOf(item, workspace), item.message].filter(Boolean).join('. ');
    speak(count > 1 ? t('toast.many', { count }) : count ? words : '');
  }

  return new Arrivals(client, { one, many, aloud });
}
