/** Pure: how well a device is, from what it last said. */

import type { UserDevice } from '@belfry/api/console';

const DAY_MS = 86_400_000;
/** A browser registers again on every visit; one that stayed away for so long may have been given away. */
const QUIET_DAYS = 30;

/** `good`: push reaches it. `quiet`: it should, but it was not seen for long. `gone`: it does not any more. */
export type Health = 'good' | 'quiet' | 'gone';

export function healthOf(device: Pick<UserDevice, 'active' | 'seen_at'>, now = new Date()): Health {
  if (!device.active) return 'gone';
  return now.getTime() - new Date(device.seen_at).getTime() > QUIET_DAYS * DAY_MS ? 'quiet' : 'good';
}
