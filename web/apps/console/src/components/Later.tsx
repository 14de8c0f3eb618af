/** Shows its children only after 200 ms: what is there sooner needs no placeholder, and nothing flickers. */

import { Skeleton, Stack } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from '../app/translation';

const PATIENCE_MS = 200;

export function Later({ children }: { children: ReactNode }) {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return shown ? children : null;
}

/** Grey lines where text or rows are about to be. */
export function Lines({ rows = 6, height = 40 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <Later>
      <Stack gap={8} role="status" aria-label={t('state.loading')}>
        {Array.from({ length: rows }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no identity.
          <Skeleton key={index} height={height} radius="sm" />
        ))}
      </Stack>
    </Later>
  );
}
