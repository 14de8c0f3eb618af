/**
 * The shapes of `/v1/me/*` that pages use, by hand and small. The whole API is in `schema.d.ts`, which is generated
 * from `openapi.json`. Times are RFC 3339 strings.
 */

/** Who is signed in, and where. */
export interface Me {
  user: {
    id: string;
    external_id: string;
    name: string;
    email: string | null;
    locale: string | null;
    time_zone: string | null;
  };
  workspace: Workspace;
  organization: { name: string };
}

/** The workspace that a token belongs to; `icon` is a URL. */
export interface Workspace {
  id: string;
  slug: string;
  name: string;
  icon: string | null;
}

/** One entry of the inbox. */
export interface Item {
  id: string;
  notification_id: string;
  workspace?: Workspace | string | null;
  title: string | null;
  /** Plain text. */
  message: string;
  /** Cleaned by the server. */
  html: string;
  sender: string | null;
  /** URL of the sender's photo. */
  photo: string | null;
  actor: { name: string; photo_url?: string | null } | null;
  /** URL of the picture that stands for its kind. */
  icon: string | null;
  subject: { kind: string; id: string; title?: string | null; url?: string | null } | null;
  /** How many notifications are stacked in this item; at least 1. */
  count: number;
  destination: { url: string } | null;
  created_at: string;
  read_at: string | null;
}

/** One page of a list; `next` is the cursor of the following one. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** What happened to a pushed or listed notification on this screen. */
export interface Receipt {
  item_id: string;
  kind: 'displayed' | 'opened' | 'dismissed';
}

/** A push subscription as the server keeps it. */
export interface WebPushSubscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** `event: state` of the live stream: something changed elsewhere, with the unread count after it. */
export interface LiveState {
  kind: 'read' | 'unread' | 'archived' | 'read_all' | 'sync' | 'withdrawn';
  id?: string | null;
  unread: number;
}
