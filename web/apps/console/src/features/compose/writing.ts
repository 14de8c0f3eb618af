/**
 * What is being written, in the form that the page edits: nothing is missing, nothing is null that a field shows as
 * text. Owns the way from and to the API's drafts, and what differs between two of them. Pure.
 */

import type { Audience, Draft, DraftFields, MessageFormat } from '@belfry/api/console';

/** Characters, as the server counts them. */
export const TITLE_MOST = 100;
export const MESSAGE_MOST = 10_000;
export const SENDER_MOST = 200;
export const RUN_TIME_DEFAULT = 86_400;

export interface Writing {
  sender: string;
  /** Id of a photo. */
  photo: string | null;
  title: string;
  format: MessageFormat;
  message: string;
  /** Where opening it leads; empty for nowhere. */
  url: string;
  /** Seconds. */
  run_time: number;
  /** Null until somebody said whom it is for. */
  audience: Audience | null;
}

export type Field = keyof Writing;

/** In the order of the page. */
export const FIELDS = [
  'sender',
  'photo',
  'title',
  'format',
  'message',
  'url',
  'audience',
  'run_time',
] as const satisfies readonly Field[];

export const BLANK: Writing = {
  sender: '',
  photo: null,
  title: '',
  format: 'markdown',
  message: '',
  url: '',
  run_time: RUN_TIME_DEFAULT,
  audience: null,
};

export function writingOf(draft: DraftFields): Writing {
  return {
    sender: draft.sender ?? '',
    photo: draft.photo ?? null,
    title: draft.title ?? '',
    format: draft.format ?? 'markdown',
    message: draft.message ?? '',
    url: draft.destination?.url ?? '',
    run_time: draft.run_time ?? RUN_TIME_DEFAULT,
    audience: draft.audience ?? null,
  };
}

const sameValue = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** The fields in which two differ, in the order of the page. */
export function differences(a: Writing, b: Writing): Field[] {
  return FIELDS.filter((field) => !sameValue(a[field], b[field]));
}

/** What to tell the server so that `before` becomes `after`: only what changed, null for what was emptied. */
export function changes(before: Writing, after: Writing): DraftFields {
  const out: DraftFields = {};
  for (const field of differences(before, after)) {
    if (field === 'url') out.destination = after.url ? { url: after.url } : null;
    else if (field === 'title' || field === 'sender') out[field] = after[field] || null;
    else Object.assign(out, { [field]: after[field] });
  }
  return out;
}

/** All of it, for a draft that begins or a preview: without what is not set. */
export function fieldsOf(writing: Writing): DraftFields {
  const { url, audience, title, sender, photo, ...rest } = writing;
  return {
    ...rest,
    ...(title && { title }),
    ...(sender && { sender }),
    ...(photo && { photo }),
    ...(url && { destination: { url } }),
    ...(audience && { audience }),
  };
}

/** A draft of the server with its id and revision. */
export interface KnownDraft extends DraftFields {
  id: string;
  revision: number;
  updated_at: string;
  updated_by: Draft['updated_by'];
}

export interface Lack {
  field: Field;
  code: 'required' | 'too_long' | 'url_invalid';
}

/** A web address or a path of the site; the server decides again. */
export function isDestination(url: string): boolean {
  if (/^\/(?![/\\])/.test(url)) return !/\s/.test(url);
  try {
    return ['http:', 'https:'].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

/** Characters as people and the server count them: an emoji of one code point is one. */
export const lengthOf = (text: string): number => [...text].length;

/** What keeps it from being sent, in the order of the page. */
export function lacks(writing: Writing): Lack[] {
  const found: Lack[] = [];
  if (lengthOf(writing.sender) > SENDER_MOST) found.push({ field: 'sender', code: 'too_long' });
  if (lengthOf(writing.title) > TITLE_MOST) found.push({ field: 'title', code: 'too_long' });
  if (!writing.message.trim()) found.push({ field: 'message', code: 'required' });
  else if (lengthOf(writing.message) > MESSAGE_MOST) found.push({ field: 'message', code: 'too_long' });
  if (writing.url && !isDestination(writing.url)) found.push({ field: 'url', code: 'url_invalid' });
  if (!writing.audience || isNobody(writing.audience)) found.push({ field: 'audience', code: 'required' });
  return found;
}

/** Groups or people are to be named, and none is yet. */
export function isNobody(audience: Audience): boolean {
  if ('groups' in audience) return audience.groups.length === 0;
  if ('users' in audience) return audience.users.length === 0;
  return false;
}
