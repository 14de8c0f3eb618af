/**
 * The shapes of what the console asks for, by the names that its pages use; the compiler holds them against the schema
 * wherever an answer is taken. Times are RFC 3339 strings, durations whole seconds.
 */

import type { components } from '../schema';

type Schemas = components['schemas'];

export type Permission = Schemas['Permission'];
export type OrganizationRole = 'owner' | 'admin' | 'collaborator';
export type WorkspaceRole = 'manager' | 'editor' | 'viewer';
export type Audience = Schemas['Audience'];
export type MessageFormat = Schemas['MessageFormat'];
export type Channel = Schemas['Channel'];
export type DeliveryState = Schemas['DeliveryState'];
export type Group = Schemas['Group'];

/** One page of a list; `next` is the cursor of the following one. */
export interface List<T> {
  items: T[];
  next: string | null;
}

export interface Operator {
  id: string;
  name: string;
  email: string;
}

/** A workspace as its operator sees it; `role` also says what comes from the organization. */
export interface SessionWorkspace {
  id: string;
  slug: string;
  name: string;
  /** Id of a photo. */
  icon: string | null;
  time_zone: string;
  role: OrganizationRole | WorkspaceRole;
  permissions: Permission[];
}

export interface SessionOrganization {
  id: string;
  slug: string;
  name: string;
  role: OrganizationRole | WorkspaceRole | null;
  workspaces: SessionWorkspace[];
}

/** Who is signed in, and what they may do where. */
export interface Session {
  operator: Operator;
  expires_at: string;
  organizations: SessionOrganization[];
}

export interface Setup {
  token: string;
  organization: string;
  workspace: string;
  time_zone: string;
  name: string;
  email: string;
  password: string;
}

export interface OperatorSession {
  id: string;
  current: boolean;
  created_at: string;
  seen_at: string;
  user_agent: string;
  browser: string;
  platform: string;
}

export interface StaffMember extends Operator {
  role: OrganizationRole | WorkspaceRole;
  scope: 'organization' | 'workspace';
  /** Has no password yet. */
  pending: boolean;
  created_at: string;
}

/** Something that needs the operator. */
export interface Attention {
  kind: string;
  notification_id?: string | null;
  title?: string | null;
  count?: number | null;
}

export interface Quota {
  limit: number;
  used: number;
  left: number;
}

export interface Overview {
  members: number;
  devices: number;
  reachable: number;
  groups: number;
  notifications: { sent_7d: number; running: number; scheduled: number; failed_7d: number; drafts: number };
  /** From due to the last first attempt, of the last seven days. `share` is 0 to 1, null where nothing was sent. */
  within_60s: { share: number | null; p50_s: number | null; p95_s: number | null; of: number };
  attention: Attention[];
  checklist: { people: boolean; device: boolean; test: boolean; sent: boolean };
  quota: Quota;
}

export interface UserDevice {
  id: string;
  model: string;
  platform: string;
  browser: string;
  active: boolean;
  created_at: string;
  seen_at: string;
  gone_at: string | null;
}

export type ListedUser = Schemas['User'];
/** What to change about a person; null takes away. */
export type UserPatch = Schemas['UserPatch'];
export type UserWithDevices = Omit<Schemas['UserDetail'], 'devices'> & { devices: UserDevice[] };

export interface UserNotification {
  notification: {
    id: string;
    title: string;
    origin: Origin;
    status: NotificationStatus;
    created_at: string;
  };
  /** How many are stacked; the notification is the latest of them. */
  count: number;
  channels: {
    channel: Channel;
    state: DeliveryState;
    reason: string | null;
    device: string | null;
    platform: string | null;
    browser: string | null;
    displayed_at: string | null;
    opened_at: string | null;
  }[];
  read_at: string | null;
}

export interface Myself {
  user: Schemas['User'] | null;
  devices: number;
}

export type ImportField =
  | 'external_id'
  | 'name'
  | 'given_name'
  | 'family_name'
  | 'email'
  | 'locale'
  | 'time_zone'
  | 'groups'
  | 'kind';

export interface Import {
  id: string;
  filename: string;
  bytes: number;
  encoding: string;
  separator: string;
  rows: number;
  columns: { index: number; heading: string; guess: ImportField | null; samples: string[] }[];
  mapping: Partial<Record<ImportField, number>>;
  status: 'uploading' | 'mapped' | 'checking' | 'checked' | 'running' | 'done' | 'failed' | 'interrupted';
  /** Whether groups that do not exist are made. */
  create_groups: boolean;
  progress: { done: number; of: number };
  result: { added: number; changed: number; unchanged: number; rejected: number } | null;
  sample_errors: { row: number; code: string; detail: string; field: string | null }[];
  /** Why it failed, in the server's words. */
  error: string | null;
  created_at: string;
}

export type Origin = 'operator' | 'api' | 'event' | 'test';
export type NotificationStatus = Schemas['NotificationStatus'] | 'draft' | 'scheduled';

/** What can be set in a draft. */
export interface DraftFields {
  message?: string | null;
  title?: string | null;
  format?: MessageFormat;
  sender?: string | null;
  /** Id of a photo. */
  photo?: string | null;
  destination?: { url: string } | null;
  run_time?: number | null;
  audience?: Audience | null;
}

export interface Draft extends DraftFields {
  id: string;
  revision: number;
  created_at: string;
  updated_at: string;
  updated_by: { name: string } | null;
}

export interface Preview {
  title: string;
  plain: string;
  push: { title: string; body: string; icon: string; image?: string | null };
  item: Schemas['InboxItem'];
  html: string;
  /** A page of its own with a sandbox policy; it lives for ten minutes. */
  document_url: string;
}

export interface Reach {
  count: number;
  sample: { external_id: string; name: string }[];
  channels: { inbox: { people: number }; web_push: { people: number; devices: number } };
  reasons: Record<string, number>;
}

export interface Photo {
  id: string;
  url: string;
}

/** How many targets stand where. */
export type Counts = Schemas['Notification']['counts'];

export interface Progress {
  done: number;
  of: number;
  rate_per_s: number;
  left_s: number | null;
}

export interface NotificationSummary {
  id: string;
  status: NotificationStatus;
  origin: Origin;
  title: string | null;
  sender: string | null;
  /** The first 140 characters. */
  plain: string;
  people: number;
  /** `deliveries` per channel. */
  targets: { people: number; deliveries: Record<string, number> };
  counts: Counts;
  created_at: string;
  sent_at: string | null;
  finished_at: string | null;
  created_by: { name: string } | null;
  rate: number | null;
}

export interface NotificationDetail extends NotificationSummary, Omit<DraftFields, 'title' | 'sender'> {
  message: string;
  event_id?: string | null;
  /** Type of the event. */
  type?: string | null;
  urgency?: string;
  collapse_key?: string | null;
  /** When its run-time is over. */
  run_until: string;
  html: string;
  progress: Progress | null;
  reasons: Record<string, number>;
  failures: { reason: string; detail: string; count: number }[];
}

/** One browser on one system; `needs` is `running`, `home_screen` or nothing. */
export interface PushSupport {
  browser: string;
  platform: string;
  since: string | null;
  needs: string | null;
}

export interface PushState {
  public_key: string;
  created_at: string;
  subscriptions: Record<string, number>;
  support: PushSupport[];
}

/** `icon` is the id of a photo. */
export type WorkspaceSettings = Schemas['Workspace'] & { languages: string[]; quota: number };
export interface WorkspaceChange {
  name?: string;
  time_zone?: string;
  default_locale?: string;
  languages?: string[];
  push_on?: boolean;
  origins?: string[];
  icon?: string | null;
  quota?: number;
}

export type Delivery = Schemas['Delivery'];
export interface DeliveryFilter {
  state?: DeliveryState;
  channel?: Channel;
  platform?: string;
  browser?: string;
  q?: string;
}

export type ApiKey = Omit<Schemas['ApiKey'], 'scopes'> & { scopes: Permission[] };
export interface NewApiKey {
  name: string;
  scopes: Permission[];
  /** Id or slug of the only workspace that it opens. */
  workspace?: string;
  expires_in_days?: number;
}
export type SigningKey = Schemas['SigningKey'];
