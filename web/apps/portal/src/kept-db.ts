/**
 * Sessions as pages use them, and the last that was seen of an inbox: what the page shows before the server has
 * answered, and without a connection. Owns that a page writes and ends only its own session: another tab may have
 * signed somebody else in. Everything of a person goes with the sign-out.
 */

import type { Item } from '@belfry/api';
import type { Account } from './account';
import { keys, read, type Table, update, write } from './database';
import { type PushRecord, readSession, type Session, sessions } from './session-db';

export interface Kept {
  me: Account;
  items: Item[];
  unread: number;
}

/** More than anybody scrolls through in a tunnel, and small enough to be written often. */
const MOST = 100;
/** Keys that begin so are no workspace. */
const OWED = ' owed ';

const inboxes: Table<Kept> = { database: 'belfry-last', name: 'inboxes' };

/** Nothing here is worth an error: a browser that forbids storage shows nothing offline. */
const quiet = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);

/** Tabs of one workspace tell one another that somebody came or left. */
const channel = (workspace: string): BroadcastChannel => new BroadcastChannel(`belfry-session ${workspace}`);

function tell(workspace: string): void {
  const tabs = channel(workspace);
  tabs.postMessage('changed');
  tabs.close();
}

/** Calls `changed` when the session of this workspace is another one than `token`'s. */
export function watchSession(workspace: string, token: () => string | undefined, changed: () => void): void {
  channel(workspace).onmessage = async () => {
    const now = await quiet(readSession(workspace));
    if (now?.token !== token()) changed();
  };
}

/** What was kept of the person whose session it is. */
export async function readKept(workspace: string, person: string | undefined): Promise<Kept | undefined> {
  const kept = await quiet(read(inboxes, workspace));
  return kept && kept.me.user.id === person ? kept : undefined;
}

export async function writeKept(workspace: string, token: string | undefined, kept: Kept): Promise<void> {
  if ((await quiet(readSession(workspace)))?.token !== token) return;
  await quiet(write(inboxes, workspace, { ...kept, items: kept.items.slice(0, MOST) }));
}

/** Keeps who is signed in from now on. Throws where the browser forbids storage. */
export async function startSession(workspace: string, token: string): Promise<void> {
  await update(sessions, workspace, (now): Session => {
    if (now?.token === token) return now;
    const { token: _, before, ...push } = now ?? { token };
    return { token, before: push.person ? push : before };
  });
  tell(workspace);
}

/** Whose session it is: what push knows of this browser stays only with the same person. */
export const ownSession = (workspace: string, token: string, person: string): Promise<unknown> =>
  quiet(
    update(sessions, workspace, (now) => {
      if (now?.token !== token || now.person === person) return now;
      const push = now.before?.person === person ? now.before : {};
      return { token, ...push, person };
    }),
  );

/** Changes what push knows, in the session of this token alone. */
export const notePush = (
  workspace: string,
  token: string | undefined,
  fields: PushRecord,
): Promise<unknown> =>
  quiet(update(sessions, workspace, (now) => (now?.token === token && now ? { ...now, ...fields } : now)));

/** Ends the session of this token; says whether it was the one that is kept. */
export async function endSession(workspace: string, token: string | undefined): Promise<boolean> {
  const before = await quiet(update(sessions, workspace, (now) => (now?.token === token ? undefined : now)));
  if (before && before.token !== token) return false;
  await quiet(update(inboxes, workspace, () => undefined));
  tell(workspace);
  return true;
}

/** The workspaces (slugs) that this browser is signed in to. */
export const signedInTo = async (): Promise<string[]> =>
  (await keys(sessions)).map(String).filter((key) => !key.startsWith(' '));

/** A sign-out that the server could not be told; it is told when there is a connection. */
export const oweSignOut = (token: string): Promise<unknown> =>
  quiet(write(sessions, OWED + token.slice(-8), { token }));

export async function settleSignOuts(signOut: (token: string) => Promise<boolean>): Promise<void> {
  for (const key of (await quiet(keys(sessions))) ?? []) {
    const name = String(key);
    const owed = name.startsWith(OWED) ? await quiet(readSession(name)) : undefined;
    if (owed && (await signOut(owed.token))) await quiet(update(sessions, name, () => undefined));
  }
}

/** Whether this browser keeps anything at all. */
export const canKeep = (): Promise<boolean> =>
  update(sessions, ' probe', () => ({ token: '' }))
    .then(() => update(sessions, ' probe', () => undefined))
    .then(
      () => true,
      () => false,
    );
