/** Where the operator is signed in, and ending that. */

import { ask, type OperatorSession } from '@belfry/api/console';
import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Laptop, Smartphone } from 'lucide-react';
import { api } from '../../app/api';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { useDeviceWords } from '../../components/device-words';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';
import { sessionsQuery } from './queries';
import classes from './Sessions.module.css';

export function Sessions() {
  const { t } = useTranslation();
  const query = useQuery(sessionsQuery);
  const end = useEnd();
  const others = query.data?.items.some((one) => !one.current) ?? false;
  return (
    <Section
      flush
      title={t('sessions.title')}
      lead={t('sessions.lead')}
      actions={
        others && (
          <Button size="compact-md" variant="default" onClick={() => end(undefined)}>
            {t('sessions.end_others')}
          </Button>
        )
      }
    >
      <Loaded query={query} compact>
        {({ items }) => (
          <ul className={classes.list}>
            {items.map((one) => (
              <SessionRow key={one.id} session={one} end={() => end(one.id)} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

function SessionRow({ session, end }: { session: OperatorSession; end: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const Icon = /android|ios|iphone|ipad/i.test(session.platform) ? Smartphone : Laptop;
  const what = useDeviceWords().what(session);
  return (
    <li className={classes.row}>
      <Icon size={20} aria-hidden />
      <div className={classes.text} title={session.user_agent}>
        <Group gap="xs">
          <Text fw={550}>{what}</Text>
          {session.current && (
            <Badge size="sm" variant="light" tt="none">
              {t('sessions.current')}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {t('sessions.seen', {
            seen: format.relative(session.seen_at),
            since: format.date(session.created_at),
          })}
        </Text>
      </div>
      {!session.current && (
        <Button
          size="compact-md"
          variant="subtle"
          color="gray"
          aria-label={t('sessions.end_one', { what })}
          onClick={end}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}

/** Ends one session, or all but this one. The row goes at once and comes back if that fails. */
function useEnd(): (id: string | undefined) => void {
  const { t } = useTranslation();
  const say = useProblemText();
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (id: string | undefined) =>
      id === undefined
        ? ask(api.DELETE('/v1/operator/sessions'))
        : ask(api.DELETE('/v1/operator/sessions/{session}', { params: { path: { session: id } } })),
    onMutate: async (id) => {
      await client.cancelQueries(sessionsQuery);
      const before = client.getQueryData(sessionsQuery.queryKey);
      client.setQueryData(
        sessionsQuery.queryKey,
        (list) =>
          list && {
            ...list,
            items: list.items.filter((one) => one.current || (id !== undefined && one.id !== id)),
          },
      );
      return before;
    },
    onSuccess: (_, id) => toast(t(id === undefined ? 'sessions.ended_others' : 'sessions.ended')),
    onError: (error, _, before) => {
      if (before) client.setQueryData(sessionsQuery.queryKey, before);
      toast(say(error).text, { tone: 'problem' });
    },
    onSettled: () => client.invalidateQueries(sessionsQuery),
  });
  return mutate;
}
