/**
 * What a page can do a moment after it is seen: changes, keys, fingers, newer builds, what it was left with. Loaded beside
 * the list.
 */

import { Changes, type ChangesOptions } from './changes';
import type { Context } from './context';
import { listenToKeys } from './keys';
import { type ReadingOptions, readingKeys } from './reading-keys';
import { swipeable } from './swipe';
import { Unsaved } from './unsaved';
import { offerUpdate } from './update-strip';
import { watchUpdates } from './worker-updates';

export interface LaterOptions extends Omit<ReadingOptions, 'changes'>, Omit<ChangesOptions, 't' | 'left'> {
  signal: AbortSignal;
  /** Where it is said that a newer version waits. */
  newer: HTMLElement;
  /** The first reading of the list. */
  first: Promise<void>;
}

/** Begins all of it; gives what can be done to items. */
export function begin({ me, client, t }: Context, options: LaterOptions): Changes {
  const { store, list, signal, newer, first } = options;
  const unsaved = new Unsaved(me.workspace.slug, me.user.id);
  void first.then(() => unsaved.resume(store, client));
  const changes = new Changes(store, { ...options, t, left: (...left) => unsaved.note(...left) });
  listenToKeys(readingKeys({ ...options, changes }), signal);
  swipeable(list.card, { of: list.swipes });
  void watchUpdates((run) => offerUpdate(newer, t, run), signal);
  return changes;
}
