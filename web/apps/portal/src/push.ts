/**
 * Push in this browser. Owns the worker's registration, the subscription, the device at the server, and the one
 * state that is shown everywhere. Refuses to ask for permission by itself: `turnOn` is called by a press of a button.
 */

import type { MeClient } from '@belfry/api';
import { base, workspace } from './place';
import { readSession, writeSession } from './session-db';

/** `off` can be turned on; the last four say why it cannot. */
export type PushState = 'off' | 'working' | 'on' | 'blocked' | 'ios' | 'insecure' | 'unsupported';

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

export class Push {
  readonly #client: MeClient;
  readonly #changed: (state: PushState) => void;
  #state: PushState;

  constructor(client: MeClient, changed: (state: PushState) => void) {
    this.#client = client;
    this.#changed = changed;
    this.#state = possible();
  }

  get state(): PushState {
    return this.#state;
  }

  /**
   * Called whenever the page is opened: what the browser has and what the server knows are made to agree. Browsers
   * drop subscriptions, servers change keys, and another person may have signed in.
   */
  async reconcile(): Promise<void> {
    if (possible() !== 'off') return this.#set(possible());
    try {
      const registration = await navigator.serviceWorker.getRegistration(base);
      const subscription = await registration?.pushManager.getSubscription();
      const session = await readSession(workspace);
      if (!subscription && !session?.device) return this.#set('off');
      if (Notification.permission !== 'granted') return this.#set('off');
      await this.#subscribe();
      this.#set('on');
    } catch (error) {
      console.warn('push could not be reconciled', error);
      this.#set('off');
    }
  }

  /** Asks the browser, subscribes, and tells the server. Throws when the browser or the server fails. */
  async turnOn(): Promise<void> {
    this.#set('working');
    try {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') return this.#set(possible());
      await this.#subscribe();
      this.#set('on');
    } catch (error) {
      this.#set(possible());
      throw error;
    }
  }

  /** Ends the subscription first: even when the server cannot be told, nothing is shown any more. */
  async turnOff(): Promise<void> {
    this.#set('working');
    const registration = await navigator.serviceWorker?.getRegistration(base);
    const subscription = await registration?.pushManager?.getSubscription();
    await subscription?.unsubscribe();
    const session = await readSession(workspace);
    this.#set(possible());
    if (!session?.device) return;
    await writeSession(workspace, { ...session, device: undefined });
    await this.#client.removeDevice(session.device);
  }

  async #subscribe(): Promise<void> {
    const url = (trusted?.createScriptURL(WORKER) ?? WORKER) as string;
    await navigator.serviceWorker.register(url, { scope: base, updateViaCache: 'none' });
    const registration = await active();
    const key = fromBase64Url(await this.#client.pushKey());
    let subscription = await registration.pushManager.getSubscription();
    if (subscription && !sameBytes(subscription.options.applicationServerKey, key)) {
      await subscription.unsubscribe();
      subscription = null;
    }
    subscription ??= await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: key,
    });
    const { endpoint = '', keys = {} } = subscription.toJSON();
    const { p256dh = '', auth = '' } = keys;
    const device = await this.#client.addWebPush({ endpoint, keys: { p256dh, auth } }, navigator.userAgent);
    const session = await readSession(workspace);
    if (!session) return;
    await writeSession(workspace, { ...session, device: device.id });
    // The device of a subscription that this one replaces would only fail at the server's next push.
    if (session.device && session.device !== device.id) {
      await this.#client.removeDevice(session.device).catch(() => undefined);
    }
  }

  #set(state: PushState): void {
    this.#state = state;
    this.#changed(state);
  }
}

function possible(): PushState {
  if (!isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    const apple =
      /iPhone|iPad|iPod/.test(navigator.userAgent) ||
      (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
    return apple ? 'ios' : 'unsupported';
  }
  return Notification.permission === 'denied' ? 'blocked' : 'off';
}

/** `navigator.serviceWorker.ready` would wait for ever on an address outside the scope; this waits for the worker itself. */
async function active(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.getRegistration(base);
  if (!registration) throw new Error('the worker is not registered');
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker || worker.state === 'activated') return registration;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant') reject(new Error('the worker could not be installed'));
    });
  });
  return registration;
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

function sameBytes(a: ArrayBuffer | null, b: Uint8Array): boolean {
  if (!a || a.byteLength !== b.byteLength) return false;
  const bytes = new Uint8Array(a);
  return b.every((byte, at) => byte === bytes[at]);
}
