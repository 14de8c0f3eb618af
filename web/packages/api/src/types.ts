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
  /** Absent from servers that do not know preferences yet. */
  preferences?: Preferences;
}

/** What a person has chosen. */
export interface Preferences {
  push: boolean;
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

/** One browser or app that push can reach. */
export interface Device {
  id: string;
  kind: string;
  model: string;
  platform: string;
  browser: string;
  created_at: string;
  seen_at: string;
  health?: {
    state: 'untested' | 'working' | 'failing';
    last_success_at: string | null;
    last_failure_at: string | null;
    /** A code for why the last one failed. */
    last_failure: string | null;
  };
}

/** Whom a magic link is for. */
export interface LinkPreview {
  name: string;
  workspace: Workspace;
  organization: { name: string };
  expires_at: string;
}

/** What a magic link was turned into. */
export interface RedeemedLink {
  token: string;
  expires_at: string;
  workspace: { id: string; slug: string; name: string };
}

/** A push subscription as the server keeps it. */
export interface WebPushSubscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** `event: state` of the live stream: something changed elsewhere, with the unread count after it. */
export interface LiveState {
  kind: 'read' | 'unread' | 'archived' | 'unarchived' | 'deleted' | 'read_all' | 'withdrawn' | 'sync';
  id?: string | null;
  unread: number;
}
