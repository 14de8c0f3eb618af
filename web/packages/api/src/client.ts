/** Calls of the portal's pages: a person's inbox, devices and settings, and the links that sign in. Keeps no state. */

import { Caller } from './caller';
import { InboxClient } from './inbox-client';
import type {
  Device,
  Item,
  LinkPreview,
  Me,
  Page,
  Preferences,
  RedeemedLink,
  WebPushSubscription,
} from './types';

const at = (id: string): string => encodeURIComponent(id);

export class MeClient extends InboxClient {
  item(id: string): Promise<Item> {
    return this.json(`/v1/me/inbox/${at(id)}`);
  }

  async pushKey(): Promise<string> {
    return (await this.json<{ key: string }>('/v1/push/public-key')).key;
  }

  addWebPush(subscription: WebPushSubscription, userAgent: string): Promise<Device> {
    return this.json('/v1/me/devices', {
      method: 'POST',
      body: { kind: 'web_push', subscription, user_agent: userAgent },
    });
  }

  removeDevice(id: string): Promise<unknown> {
    return this.request(`/v1/me/devices/${at(id)}`, { method: 'DELETE' });
  }
}

/** What a person's settings do; a class of its own, so that the first page need not load it. */
export class AccountClient extends Caller {
  /** `null` takes a value back, so that the workspace's or the browser's stands in. */
  changeMe(fields: { locale?: string | null; time_zone?: string | null }): Promise<Me> {
    return this.json('/v1/me', { method: 'PATCH', body: fields });
  }

  preferences(): Promise<Preferences> {
    return this.json('/v1/me/preferences');
  }

  setPreferences(preferences: Preferences): Promise<Preferences> {
    return this.json('/v1/me/preferences', { method: 'PUT', body: preferences });
  }

  /** Ends the token at hand. */
  signOut(): Promise<unknown> {
    return this.request('/v1/me/sign-out', { method: 'POST' });
  }

  /** Ends all tokens and links of the person and removes their devices. */
  signOutEverywhere(): Promise<unknown> {
    return this.request('/v1/me/sign-out-everywhere', { method: 'POST' });
  }

  /** Everything that is kept about the person, as a file. */
  async data(): Promise<Blob> {
    return (await this.request('/v1/me/data')).blob();
  }

  /** Deletes the person; `confirm` is their external id, so that nothing is deleted by a slip. */
  deleteMe(confirm: string): Promise<unknown> {
    return this.request('/v1/me', { method: 'DELETE', body: { confirm } });
  }

  devices(): Promise<Page<Device>> {
    return this.json('/v1/me/devices');
  }

  /** Sends a push to this one device. */
  testDevice(id: string): Promise<{ notification_id: string }> {
    return this.json(`/v1/me/devices/${at(id)}/test`, { method: 'POST' });
  }
}

/** What can be done with a magic link before anybody is signed in. Needs no token. */
export class LinkClient extends Caller {
  constructor(baseUrl = '') {
    super({ baseUrl, token: async () => undefined });
  }

  /** Whose link it is. Changes nothing: scanners of mails may look as often as they like. */
  preview(link: string): Promise<LinkPreview> {
    return this.json('/v1/links/preview', { method: 'POST', body: { link } });
  }

  /** Uses the link up for a token. When the answer got lost, the same key gets it once more. */
  redeem(link: string, key: string): Promise<RedeemedLink> {
    const headers = { 'idempotency-key': key };
    return this.json('/v1/links/redeem', { method: 'POST', body: { link }, headers });
  }
}
