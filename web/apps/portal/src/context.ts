/** What every part of the signed-in portal needs to know. */

import type { AccountClient, Me, MeClient } from '@belfry/api';
import type { Translate } from '@belfry/inbox';

export interface Context {
  client: MeClient;
  account: AccountClient;
  me: Me;
  /** The workspace's name, as texts use it. */
  workspace: string;
  timeZone: string | null;
  t: Translate;
  locale: string;
}
