/** What every part of the signed-in portal needs to know. */

import type { Me, MeClient } from '@belfry/api';
import type { Translate } from '@belfry/inbox';

export interface Context {
  client: MeClient;
  me: Me;
  /** The workspace's name, as texts use it. */
  workspace: string;
  timeZone: string | null;
  t: Translate;
  locale: string;
}
