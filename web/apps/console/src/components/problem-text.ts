/** Problems in the reader's words: by code, else by status, else what the server said. */

import { Problem, toProblem } from '@belfry/api/console';
import { useCallback } from 'react';
import { useTranslation } from '../app/translation';

export interface SaidProblem {
  status: number;
  code: string;
  text: string;
}

/** Errors that are not the API's (a bug, for instance) are said as such and not blamed on the network. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError && /fetch|network|load/i.test(error.message)) return toProblem(error);
  return new Problem(-1, 'page_failed', error instanceof Error ? error.message : String(error));
}

export function useProblemText(): (error: unknown) => SaidProblem {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error) => {
      const problem = problemOf(error);
      const values = { minutes: Math.ceil((problem.retryAfter ?? 60) / 60) };
      const keys = [`problem.${problem.code}`, `problem.status_${problem.status}`];
      const key = keys.find((one) => i18n.exists(one));
      // What the server says of a request that it cannot accept is more than we could say.
      const text = key ? t(key, values) : problem.status >= 500 ? t('problem.server') : problem.detail;
      return { status: problem.status, code: problem.code, text };
    },
    [t, i18n],
  );
}
