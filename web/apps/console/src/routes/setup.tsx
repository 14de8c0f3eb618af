/** `/setup#{token}`: the first start, by the link that the server printed. */

import type { Session } from '@belfry/api/console';
import { ask } from '@belfry/api/console';
import { Code, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../app/api';
import { takeToken } from '../app/fragment';
import { firstWorkspace, sessionQuery } from '../app/session';
import { useTranslation } from '../app/translation';
import { Entrance } from '../components/Entrance';
import { Loaded } from '../components/Loaded';
import { LinkButton } from '../components/links';
import { SetupForm } from '../features/setup/SetupForm';

export const Route = createFileRoute('/setup')({ component: Setup });

function Setup() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [token] = useState(() => takeToken('setup'));
  const needed = useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => ask(api.GET('/v1/setup', { signal })),
  });
  const done = async (session: Session) => {
    client.setQueryData(sessionQuery.queryKey, session);
    const workspace = firstWorkspace(session);
    await navigate(
      workspace
        ? { to: '/w/$ws', params: { ws: workspace.slug }, replace: true }
        : { to: '/', replace: true },
    );
  };
  const open = needed.data?.needed === true && token !== '';
  return (
    <Entrance
      title={t(needed.data?.needed === false ? 'setup.used_title' : 'setup.title')}
      lead={open ? t('setup.lead') : undefined}
    >
      <Loaded query={needed} compact>
        {({ needed }) =>
          needed && token ? (
            <SetupForm token={token} done={done} />
          ) : needed ? (
            <>
              <Text mb="sm">{t('setup.no_token')}</Text>
              <Code block>belfry serve</Code>
            </>
          ) : (
            <>
              <Text mb="md">{t('setup.done_already')}</Text>
              <LinkButton to="/sign-in" fullWidth>
                {t('sign_in.title')}
              </LinkButton>
            </>
          )
        }
      </Loaded>
    </Entrance>
  );
}
