/** A link that opens somebody's inbox without a password, to be handed to them. It is made when asked for, never before. */

import { ask, type UserWithDevices } from '@belfry/api/console';
import { Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link2 } from 'lucide-react';
import { api } from '../../app/api';
import { useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Copied } from '../../components/Copied';
import { Busy } from '../../components/form';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';

export function SignInLink({ person }: { person: UserWithDevices }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const format = useFormat();
  const workspace = useWorkspace();
  const { mutate, data, isPending } = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/workspaces/{ws}/users/{external_id}/token', {
          params: { path: { ws: workspace.id, external_id: person.external_id } },
        }),
      ),
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
  });
  return (
    <Section title={t('link.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('link.lead')}
        </Text>
        {data ? (
          <>
            <Copied label={t('link.label', { name: person.name })} value={data.link} />
            <Text size="xs" c="dimmed">
              {t('link.until', { date: format.date(data.expires_at) })}
            </Text>
          </>
        ) : (
          <Group>
            <Busy
              busy={isPending}
              variant="default"
              leftSection={<Link2 size={16} aria-hidden />}
              onClick={() => mutate()}
            >
              {t('link.make')}
            </Busy>
          </Group>
        )}
      </Stack>
    </Section>
  );
}
