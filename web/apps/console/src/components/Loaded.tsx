/**
 * A query on the page: placeholder after 200 ms, data, or what went wrong. Old data stays while new loads, and also
 * when loading it again fails, with a line that says so.
 */

import { Problem } from '@belfry/api/console';
import { Alert, Button, Group, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from '../app/translation';
import { Lines } from './Later';
import { useProblemText } from './problem-text';
import { Failure } from './State';

export interface LoadedProps<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
  /** Instead of grey lines; wrap your own in `Later`. */
  skeleton?: ReactNode;
  /** The page above, where this is not there. */
  up?: { to: string; label: string };
  compact?: boolean;
}

export function Loaded<T>({ query, children, skeleton, up, compact = false }: LoadedProps<T>) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && !isUnreachable(query.error) && (
          <Stale error={query.error} retry={() => void query.refetch()} />
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.isError)
    return <Failure error={query.error} retry={() => void query.refetch()} up={up} compact={compact} />;
  return skeleton ?? <Lines />;
}

/** The banner above the page says that already. */
function isUnreachable(error: unknown): boolean {
  return error instanceof Problem && error.status === 0;
}

/** What is shown is what was loaded before. */
export function Stale({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const { text } = useProblemText()(error);
  return (
    <Alert color="yellow" mb="md" role="status">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {t('state.stale')} {text}
        </Text>
        <Button size="compact-sm" variant="default" onClick={retry}>
          {t('state.retry')}
        </Button>
      </Group>
    </Alert>
  );
}
