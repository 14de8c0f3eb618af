/** Who is signed in as the portal sees it, and links that sign in. Pure. */

import type { Me } from '@belfry/api';

export interface Account extends Me {
  workspace: Me['workspace'] & {
    /** False where the operator has switched push off. */
    push_on?: boolean;
  };
}

/** The link in what was pasted: a whole address or only its last part. Undefined where there is none. */
export const linkIn = (pasted: string): string | undefined => /(?:^|[^\w-])(bfl_[\w-]+)/.exec(pasted)?.[1];
