/**
 * Push in this browser. Owns the subscription, the device at the server, and the one state that is shown everywhere, in
 * all tabs. Refuses to ask for permission by itself: `turnOn` is called by a press of a button.
 */

import type { AccountClient, MeClient } from '@belfry/api';
import type { Account } from './account';
import { onApplePhone } from './browser';
import { notePush } from './kept-db';
import { base, workspace } from './place';
import { type PushRecord, readSession } from './session-db';
import { activeWorker, worker } from './worker-link';

/**
 * `off` and `dropped` can be turned on; `dropped` was on, and was ended by somebody else than the reader here. The last
 * five say why it cannot be had.
 */
export type PushState =
  | 'off'
  | 'dropped'
  | 'working'
  | 'on'
  | 'blocked'
  | 'ios'
  | 'insecure'
  | 'unsupported'
  | 'closed';

export class Push {
  readonly #client: MeClient;
  readonly #person: AccountClient;
  readonly #changed: (state: PushState) => void;
  readonly #tabs =
    'BroadcastChannel' in window ? new BroadcastChannel(`belfry-push ${workspace}`) : undefined;
  readonly #token: string | undefined;
  #closed = false;
  #state: PushState = 'working';
  /** Who it is, as the server said last. */
  #me: Account | undefined;

  constructor(
    client: MeClient,
    account: AccountClient,
    changed: (state: PushState) => void,
    token: string | undefined,
    signal: AbortSignal,
  ) {
    this.#client = client;
    this.#person = account;
    this.#changed = changed;
    this.#token = token;
    const look = (): void => void this.look();
    const again = (): void => void (this.#me ? this.reconcile(this.#me) : this.look());
    this.#tabs?.addEventListener('message', look, { signal });
    signal.addEventListener('abort', () => this.#tabs?.close());
    // Whoever allows or forbids it in the browser's own settings sees it here without a reload.
    void navigator.permissions
      ?.query({ name: 'notifications' })
      .then((permission) => permission.addEventListener('change', again, { signal }))
      .catch(() => undefined);
  }

  get state(): PushState {
    return this.#state;
  }

  /**
   * Called whenever the page is opened: what the person chose, what the browser has and what the server knows are made
   * to agree. Browsers drop subscriptions, servers change keys, and another person may have signed in.
   */
  async reconcile(me: Account): Promise<void> {
    this.#me = me;
    this.#closed = me.workspace.push_on === false;
    const possible = this.#possible();
    try {
      const session = await readSession(workspace);
      if (session?.owesOff) {
        await this.#person.setPreferences({ push: false });
        await this.#note({ owesOff: undefined });
        return await this.#forget(possible);
      }
      const subscription = await this.#subscription();
      if (me.preferences?.push === false) return await this.#forget(possible);
      const device = session?.device;
      // One without a device of this person was somebody else's: everybody is asked for themselves.
      if (possible !== 'off' || !device) {
        // Blocked in the browser: the server would only hear that it is gone at its next push.
        if (possible === 'blocked' && device) await this.#remove(device);
        return device ? this.#set(possible) : await this.#forget(possible);
      }
      if (Notification.permission !== 'granted') {
        if (device) await this.#remove(device);
        return this.#set(device ? 'dropped' : 'off');
      }
      if (device && subscription?.endpoint === session.endpoint) {
        const known = (await this.#person.devices()).items.some(({ id }) => id === device);
        // Removed from another browser, or by the operator: that is not to be undone behind their backs.
        if (!known) return await this.#forget('dropped');
      }
      await this.#subscribe();
      this.#set('on');
    } catch (error) {
      console.warn('push could not be reconciled', error);
      await this.look();
    }
  }

  /** Asks the browser, subscribes, and tells the server. Throws when the browser or the server fails. */
  async turnOn(): Promise<void> {
    this.#set('working');
    try {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') return this.#set(this.#possible());
      await this.#subscribe();
      this.#set('on');
    } catch (error) {
      this.#set(this.#possible());
      throw error;
    } finally {
      this.#tell();
    }
  }

  /** Off for the person, on all of their devices. Here it ends first: even untold, the server reaches nobody here. */
  async turnOff(): Promise<void> {
    this.#set('working');
    await this.#forget('off');
    try {
      await this.#person.setPreferences({ push: false });
    } catch (error) {
      await this.#note({ owesOff: true });
      throw error;
    } finally {
      this.#tell();
    }
  }

  /** Ends it in this browser alone, as signing out does. */
  async leave(): Promise<void> {
    const session = await readSession(workspace).catch(() => undefined);
    await this.#forget('off');
    if (session?.device) await this.#client.removeDevice(session.device);
  }

  /** The id of this browser's device at the server. */
  async device(): Promise<string | undefined> {
    return (await readSession(workspace).catch(() => undefined))?.device;
  }

  /** Says what there is, without changing it. */
  async look(): Promise<void> {
    const possible = this.#possible();
    const session = await readSession(workspace).catch(() => undefined);
    const subscription = possible === 'off' && (await this.#subscription().catch(() => undefined));
    this.#set(subscription && session?.device ? 'on' : possible);
  }

  async #subscription(): Promise<PushSubscription | null | undefined> {
    if (!('serviceWorker' in navigator)) return undefined;
    const registration = await navigator.serviceWorker.getRegistration(base);
    return registration?.pushManager?.getSubscription();
  }

  async #forget(then: PushState): Promise<void> {
    await (await this.#subscription().catch(() => undefined))?.unsubscribe();
    await this.#note({ device: undefined, endpoint: undefined });
    this.#set(
      then === 'dropped' || then === 'off' ? (this.#possible() === 'off' ? then : this.#possible()) : then,
    );
  }

  async #remove(device: string): Promise<void> {
    await this.#note({ device: undefined, endpoint: undefined });
    await this.#client.removeDevice(device).catch(() => undefined);
  }

  async #subscribe(): Promise<void> {
    await worker();
    const registration = await activeWorker();
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
    const before = (await readSession(workspace))?.device;
    await this.#note({ device: device.id, endpoint, owesOff: undefined });
    // The device of a subscription that this one replaces would only fail at the server's next push.
    if (before && before !== device.id) await this.#client.removeDevice(before).catch(() => undefined);
  }

  /** Changes what the session keeps of push; another person's is left alone. */
  async #note(fields: PushRecord): Promise<void> {
    await notePush(workspace, this.#token, fields);
  }

  #tell(): void {
    this.#tabs?.postMessage('changed');
  }

  #possible(): PushState {
    if (!isSecureContext) return 'insecure';
    if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
      return onApplePhone() ? 'ios' : 'unsupported';
    }
    if (Notification.permission === 'denied') return 'blocked';
    return this.#closed ? 'closed' : 'off';
  }

  #set(state: PushState): void {
    this.#state = state;
    this.#changed(state);
  }
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
