/**
 * What this browser keeps of drafts until the server has it. Owns its form in the storage, and that what is old, broken
 * or of another console version is not taken.
 */

import type { KeptPlace } from './draft-store';
import { BLANK, type Writing } from './writing';

export interface Kept {
  /** Which revision was changed; 0 for a draft that the server does not know. */
  revision: number;
  writing: Writing;
  /** Milliseconds. */
  at: number;
}

const DAYS_14_MS = 14 * 86_400_000;
const key = (workspace: string, operator: string, id: string | null): string =>
  `belfry.draft.${workspace}.${operator}.${id ?? 'new'}`;

/** Somebody else at the same browser never sees it. */
export function keptIn(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined,
  workspace: string,
  operator: string,
  now: () => number = Date.now,
): KeptPlace {
  return {
    get(id) {
      try {
        const value: unknown = JSON.parse(storage?.getItem(key(workspace, operator, id)) ?? 'null');
        return isKept(value) && now() - value.at < DAYS_14_MS ? value : null;
      } catch {
        return null;
      }
    },
    set(id, kept) {
      try {
        storage?.setItem(key(workspace, operator, id), JSON.stringify(kept));
      } catch {
        // Storage is full or off: the page still has it, and saving goes on.
      }
    },
    remove(id) {
      try {
        storage?.removeItem(key(workspace, operator, id));
      } catch {
        // As above.
      }
    },
  };
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { writing, revision, at } = value as Partial<Kept>;
  if (typeof revision !== 'number' || typeof at !== 'number' || !writing) return false;
  return Object.keys(BLANK).every((field) => field in writing) && typeof writing.message === 'string';
}
