/** The scopes of API keys in the order of their rooms, and how soon a key ends. Pure. */

import type { Permission } from '@belfry/api/console';

export const scopes: readonly Permission[] = [
  'notifications:read',
  'notifications:write',
  'events:write',
  'users:read',
  'users:write',
  'tokens:write',
  'settings:read',
  'settings:write',
  'keys:write',
  'operators:write',
];

/** `notifications:read` as the end of a text's key. */
export const scopeKey = (scope: string): string => scope.replace(':', '_');

/** Days that a key may last, as offered. */
export const lifetimes = ['30', '90', '182', '365', '1095'] as const;

const DAY_MS = 86_400_000;
/** A key that ends within this is worth a warning. */
const SOON_DAYS = 14;

export type KeyState = 'revoked' | 'expired' | 'ending' | 'active';

export function stateOf(
  key: { revoked_at?: string | null; expires_at?: string | null },
  now: number,
): KeyState {
  if (key.revoked_at) return 'revoked';
  if (!key.expires_at) return 'active';
  const left = Date.parse(key.expires_at) - now;
  if (left <= 0) return 'expired';
  return left < SOON_DAYS * DAY_MS ? 'ending' : 'active';
}

/** Keys that open something first, each kind newest first. */
export function inOrder<
  T extends { created_at: string; revoked_at?: string | null; expires_at?: string | null },
>(keys: readonly T[], now: number): T[] {
  const over = (key: T): boolean => ['revoked', 'expired'].includes(stateOf(key, now));
  return [...keys].sort(
    (a, b) => Number(over(a)) - Number(over(b)) || b.created_at.localeCompare(a.created_at),
  );
}
