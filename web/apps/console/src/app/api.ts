/**
 * The one client of the console. When a session ends in the middle of work, every call that met it waits here until
 * somebody signed in again, and is then repeated: nothing that was typed is lost.
 */

import { consoleClient } from '@belfry/api/console';
import { found } from './reachable';

let waiting: Promise<boolean> | undefined;
/** Where somebody was when it was asked for. */
let focused: Element | null = null;
let settle: ((signedIn: boolean) => void) | undefined;
const listeners = new Set<() => void>();

/** Whether calls wait for a sign-in; for `useSyncExternalStore`. */
export const signInNeeded = {
  now: (): boolean => waiting !== undefined,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Lets the waiting calls go on, or hands them their 401. */
  settle(signedIn: boolean): void {
    const done = settle;
    waiting = undefined;
    settle = undefined;
    for (const listener of listeners) listener();
    done?.(signedIn);
    const back = focused;
    setTimeout(() => back instanceof HTMLElement && back.isConnected && back.focus());
  },
};

/** One question for all calls that meet a 401 at the same time. */
export function askToSignIn(): Promise<boolean> {
  if (!waiting) {
    focused = document.activeElement;
    waiting = new Promise((resolve) => {
      settle = resolve;
    });
    for (const listener of listeners) listener();
  }
  return waiting;
}

/** Sends, and tells what it found: whether there is a server at all. */
async function send(request: Request): Promise<Response> {
  try {
    const response = await globalThis.fetch(request);
    found(true);
    return response;
  } catch (error) {
    if (!request.signal.aborted) found(false);
    throw error;
  }
}

/** Calls `/v1`; wrap a call in `ask()` to get its data or a thrown `Problem`. */
export const api = consoleClient({
  baseUrl: globalThis.location?.origin ?? '',
  signIn: askToSignIn,
  fetch: send as typeof fetch,
});
