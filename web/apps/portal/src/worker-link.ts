/**
 * The page's side of the service worker. Owns registering it whenever the page is opened.
 */

import { base } from './place';

const WORKER = '/app/sw.js';

interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** The page's policy lets one script address be made at run-time: the worker's. */
const trusted = (window as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy('belfry', {
  createScriptURL: (url) => {
    if (url !== WORKER) throw new TypeError('not the worker');
    return url;
  },
});

let registered: Promise<ServiceWorkerRegistration | undefined> | undefined;

/** Registers the worker once per page; undefined where there can be none. */
export function worker(): Promise<ServiceWorkerRegistration | undefined> {
  registered ??= register();
  return registered;
}

async function register(): Promise<ServiceWorkerRegistration | undefined> {
  if (!isSecureContext || !('serviceWorker' in navigator)) return undefined;
  try {
    const url = (trusted?.createScriptURL(WORKER) ?? WORKER) as string;
    return await navigator.serviceWorker.register(url, { scope: base, updateViaCache: 'none' });
  } catch (error) {
    console.warn('the worker could not be registered', error);
    return undefined;
  }
}

/** `navigator.serviceWorker.ready` would wait for ever outside the scope; this waits for the worker itself. */
export async function activeWorker(): Promise<ServiceWorkerRegistration> {
  const registration = await worker();
  if (!registration) throw new Error('the worker is not registered');
  const next = registration.active ?? registration.waiting ?? registration.installing;
  if (!next || next.state === 'activated') return registration;
  await new Promise<void>((resolve, reject) => {
    next.addEventListener('statechange', () => {
      if (next.state === 'activated') resolve();
      else if (next.state === 'redundant') reject(new Error('the worker could not be installed'));
    });
  });
  return registration;
}
