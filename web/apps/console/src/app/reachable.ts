/** Whether the server answers, as the last calls found it. Owns asking again until it does. */

import { queryClient } from './queries';

const ASK_AGAIN_MS = 5_000;
const listeners = new Set<() => void>();
let answers = true;
let timer: ReturnType<typeof setTimeout> | undefined;

export const reachable = {
  now: (): boolean => answers,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** What a call found. Back after an outage, everything on the page is loaded again. */
export function found(reached: boolean): void {
  if (reached === answers) return;
  answers = reached;
  for (const listener of listeners) listener();
  if (reached) {
    clearTimeout(timer);
    void queryClient.invalidateQueries();
  } else {
    timer = setTimeout(probe, ASK_AGAIN_MS);
  }
}

/** Asks something small; the answer does not matter, only that there is one. */
async function probe(): Promise<void> {
  try {
    await fetch('/healthz', { cache: 'no-store' });
    found(true);
  } catch {
    timer = setTimeout(probe, ASK_AGAIN_MS);
  }
}

globalThis.addEventListener?.('online', () => {
  if (!answers) void probe();
});
