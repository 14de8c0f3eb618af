/** What is wrong with which field: found here before the review, or by the server. */

import type { Fault, Problem } from '@belfry/api/console';
import { useState } from 'react';
import { useTranslation } from '../../app/translation';
import {
  FIELDS,
  type Field,
  type Lack,
  lacks,
  MESSAGE_MOST,
  SENDER_MOST,
  TITLE_MOST,
  type Writing,
} from './writing';

export interface FieldFault {
  field: Field | null;
  text: string;
}

const MOST: Partial<Record<Field, number>> = {
  title: TITLE_MOST,
  message: MESSAGE_MOST,
  sender: SENDER_MOST,
};

/** `/destination/url` is the page's `url`; what lies below a field belongs to it. */
export function fieldOf(pointer: string): Field | null {
  if (pointer.startsWith('/destination')) return 'url';
  const first = pointer.split('/')[1];
  return FIELDS.find((field) => field === first) ?? null;
}

export function useFaults(writing: Writing) {
  const { t, i18n } = useTranslation();
  const [found, setFound] = useState<{ faults: FieldFault[]; writing: Writing } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const words = ({ field, code }: Lack): string =>
    code === 'too_long'
      ? t('compose.fault_too_long', { most: MOST[field] ?? 0 })
      : t(`compose.fault_${code === 'required' ? field : code}`);
  const ofServer = ({ code, detail }: Fault): string =>
    i18n.exists(`fault.${code}`) ? t(`fault.${code}`) : detail;
  const show = (faults: FieldFault[]) => {
    setFound({ faults, writing });
    setAttempt((n) => n + 1);
  };
  // What was changed since is not held against anybody.
  const faults = (found?.faults ?? []).filter(
    ({ field }) => field === null || found?.writing[field] === writing[field],
  );
  return {
    faults,
    attempt,
    /** True when nothing is missing. */
    check(): boolean {
      const missing = lacks(writing).map((lack) => ({ field: lack.field, text: words(lack) }));
      if (missing.length > 0) show(missing);
      else setFound(null);
      return missing.length === 0;
    },
    take(problem: Problem): void {
      show(problem.faults.map((fault) => ({ field: fieldOf(fault.pointer), text: ofServer(fault) })));
    },
    of: (field: Field): string | undefined => faults.find((one) => one.field === field)?.text,
  };
}

export type Faults = ReturnType<typeof useFaults>;
