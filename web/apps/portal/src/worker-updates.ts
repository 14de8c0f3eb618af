/**
 * Newer builds. Owns noticing that a newer worker waits, and putting it in charge when the reader says so. Refuses to
 * reload a page by itself.
 */

import { worker } from './worker-link';

/** Pages that stay open for days look for a new version this often. */
const LOOK_AGAIN = 3_600_000;

/** Calls `ready` with what updates the page, when a newer version waits. Ends with `signal`. */
export async function watchUpdates(ready: (update: () => void) => void, signal: AbortSignal): Promise<void> {
  const registration = await worker();
  if (!registration || signal.aborted) return;
  const container = navigator.serviceWorker;
  let asked = false;
  let controlled = container.controller !== null;
  const reload = (): void => location.reload();
  const offer = (waiting: ServiceWorker): void => {
    ready(() => {
      asked = true;
      // In charge already, because another tab asked for it.
      if (waiting.state === 'activated') reload();
      else waiting.postMessage('take over');
    });
  };
  const watch = (): void => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      // The first worker ever takes over at once and is no update.
      if (installing.state === 'installed' && registration.active) offer(installing);
    });
  };
  if (registration.waiting && registration.active) offer(registration.waiting);
  watch();
  registration.addEventListener('updatefound', watch, { signal });
  const changed = (): void => {
    if (asked) reload();
    // Another tab asked for it: this one goes on with what it has loaded, and is told.
    else if (controlled) ready(reload);
    controlled = true;
  };
  container.addEventListener('controllerchange', changed, { signal });
  const look = (): void => {
    // Offline it fails, and is tried again.
    if (document.visibilityState === 'visible') void registration.update().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', look, { signal });
  const timer = setInterval(look, LOOK_AGAIN);
  signal.addEventListener('abort', () => clearInterval(timer));
}
