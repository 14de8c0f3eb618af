/** The draft of an address: keeps one store while the address follows the draft, and opens another when it changes. */

import { useEffect, useState, useSyncExternalStore } from 'react';
import { reachable } from '../../app/reachable';
import { type DraftState, DraftStore } from './draft-store';
import { keptIn } from './kept';
import { draftCalls } from './queries';

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** `ws` and `operator` are ids; `id` is the draft's, undefined for a new one. */
export function useDraft(
  ws: string,
  operator: string,
  id: string | undefined,
): { store: DraftStore; draft: DraftState } {
  const make = () => new DraftStore(id ?? null, draftCalls(ws), keptIn(storage(), ws, operator));
  const [store, setStore] = useState(make);
  // A draft gets its id while somebody types; the address follows, and the page stays.
  const fits = id ? store.snapshot().id === id : !store.addressed;
  if (!fits) setStore(make());
  useEffect(() => {
    store.open();
    return () => store.close();
  }, [store]);
  useEffect(() => {
    if (id && store.snapshot().id === id) store.addressed = true;
  }, [store, id]);
  useEffect(() => {
    const unsubscribe = reachable.subscribe(() => {
      if (reachable.now()) store.retry();
    });
    return () => {
      unsubscribe();
    };
  }, [store]);
  return { store, draft: useSyncExternalStore(store.subscribe, store.snapshot) };
}
