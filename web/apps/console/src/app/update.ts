/**
 * Notices that the server has a newer console: its page then names other scripts. Nothing is reloaded by
 * itself; somebody may be typing.
 */

import { found } from './reachable';

const EVERY_MS = 15 * 60_000;
const NOT_SOONER_MS = 60_000;
const listeners = new Set<() => void>();
let ready = false;
let asked = 0;

export const update = {
  now: (): boolean => ready,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function updateIsReady(): void {
  ready = true;
  for (const listener of listeners) listener();
}

/** The scripts that a page names, of which one at least changes with every build. Pure. */
export function scriptsOf(html: string): string {
  return [...html.matchAll(/<script[^>]+type="module"[^>]+src="([^"]+)"/g)].map(([, src]) => src).join(' ');
}

/** Looks now and then, and whenever the page is looked at again. */
export function watchForUpdates(): void {
  const running = [...document.querySelectorAll('script[type="module"][src]')]
    .map((script) => script.getAttribute('src'))
    .join(' ');
  const compare = async () => {
    asked = Date.now();
    try {
      const response = await fetch('/', { cache: 'no-store' });
      const scripts = response.ok ? scriptsOf(await response.text()) : '';
      if (scripts && running && scripts !== running) updateIsReady();
      found(true);
    } catch {
      found(false);
    }
  };
  const look = async () => {
    if (ready || document.hidden || Date.now() - asked < NOT_SOONER_MS) return;
    await compare();
  };
  setInterval(() => void look(), EVERY_MS);
  document.addEventListener('visibilitychange', () => void look());
  // A part of the page that does not come: it is gone with an update, or there is no connection.
  addEventListener('vite:preloadError', ({ payload }) => {
    // By this message the router knows to reload the page, which would be gone then if there is no connection.
    payload.message = `A part of the page did not load: ${payload.message}`;
    void compare();
  });
  asked = Date.now();
}
