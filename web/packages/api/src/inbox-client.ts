/** Calls on a person's inbox: what a bell needs and no more. Refuses to keep state: that belongs to the inbox store. */

import { Caller } from './caller';
import type { Item, Me, Page, Receipt } from './types';

/** Which items are read, newest first. `q`: every word has to be somewhere in an item. */
export interface InboxQuery {
  limit?: number;
  cursor?: string | null;
  unread?: boolean;
  archived?: boolean;
  q?: string;
}

/** What a person does to an item. */
export type Verb = 'read' | 'unread' | 'archive' | 'unarchive' | 'delete';

const inbox = '/v1/me/inbox';

export class InboxClient extends Caller {
  me(): Promise<Me> {
    return this.json('/v1/me');
  }

  inbox(query: InboxQuery): Promise<Page<Item>> {
    const wanted = Object.entries(query).filter(([, value]) => value);
    const search = new URLSearchParams(wanted.map(([name, value]) => [name, String(value)]));
    return this.json(`${inbox}?${search}`);
  }

  async unreadCount(): Promise<number> {
    return (await this.json<{ count: number }>(`${inbox}/unread-count`)).count;
  }

  /** `keepalive` lets it be told while the page is being left. */
  change(id: string, verb: Verb, keepalive = false): Promise<unknown> {
    const path = `${inbox}/${encodeURIComponent(id)}`;
    return verb === 'delete'
      ? this.request(path, { method: 'DELETE', keepalive })
      : this.request(`${path}/${verb}`, { method: 'POST', keepalive });
  }

  readAll(): Promise<unknown> {
    return this.request(`${inbox}/read-all`, { method: 'POST' });
  }

  receipts(receipts: readonly Receipt[]): Promise<unknown> {
    return this.request('/v1/me/receipts', { method: 'POST', body: { receipts }, keepalive: true });
  }
}
