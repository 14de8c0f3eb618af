/** API keys of the organization: made with scopes and an end, shown once, revoked at once. */

import { type ApiKey, ask } from '@belfry/api/console';
import { Button, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, CalendarX, Clock3, KeyRound, Plus } from 'lucide-react';
import { Fragment, useState } from 'react';
import { api } from '../../app/api';
import { useFormat } from '../../app/format';
import { useMay, useSession, useWorkspace, workspacesOf } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { More } from '../../components/DataTable';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { Empty } from '../../components/State';
import { Status } from '../../components/Status';
import { toast } from '../../components/toast';
import { ConfirmButton } from './ConfirmButton';
import { NewApiKeyForm } from './NewApiKeyForm';
import { inOrder, scopeKey, stateOf } from './permissions';
import { apiKeysQuery } from './queries';
import classes from './Rows.module.css';
import { Secret } from './Secret';
import { SettingsFrame } from './SettingsFrame';

export function ApiKeysPage() {
  const { t } = useTranslation();
  const { organization } = useWorkspace();
  const may = useMay('keys:write');
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const query = useInfiniteQuery({ ...apiKeysQuery(organization.id), enabled: may });
  const now = Date.now();
  const add = () => {
    setMade(null);
    setAdding(true);
  };
  return (
    <SettingsFrame
      part="api_keys"
      actions={
        !adding && (
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={add}>
            {t('api_keys.new')}
          </Button>
        )
      }
    >
      {made && (
        <Secret title={t('api_keys.made', { name: made.name })} value={made.secret}>
          {t('api_keys.once')}
        </Secret>
      )}
      {adding && (
        <NewApiKeyForm
          close={() => setAdding(false)}
          done={(key) => {
            setAdding(false);
            setMade({ name: key.name, secret: key.secret });
          }}
        />
      )}
      <Section flush title={t('api_keys.list', { organization: organization.name })}>
        <Loaded query={query} compact>
          {({ pages }) => {
            const keys = inOrder(
              pages.flatMap((page) => page.items),
              now,
            );
            if (keys.length === 0)
              return (
                <div className={classes.empty}>
                  <Empty compact icon={KeyRound} title={t('api_keys.none')}>
                    {t('api_keys.none_why')}
                  </Empty>
                </div>
              );
            return (
              <>
                <ul className={classes.list}>
                  {keys.map((key) => (
                    <KeyRow key={key.id} one={key} now={now} />
                  ))}
                </ul>
                <More query={query} />
              </>
            );
          }}
        </Loaded>
      </Section>
    </SettingsFrame>
  );
}

const looks = {
  ending: { tone: 'warning', icon: Clock3 },
  expired: { tone: 'neutral', icon: CalendarX },
  revoked: { tone: 'neutral', icon: Ban },
} as const;

function KeyRow({ one, now }: { one: ApiKey; now: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const session = useSession();
  const revoke = useRevoke();
  const state = stateOf(one, now);
  const over = state === 'revoked' || state === 'expired';
  const place = one.workspace
    ? (workspacesOf(session).find(({ id }) => id === one.workspace)?.name ?? one.workspace)
    : t('api_keys.everywhere');
  const facts = [
    `${one.hint}…`,
    place,
    one.last_used_at
      ? t('api_keys.used', { when: format.relative(one.last_used_at) })
      : t('api_keys.never_used'),
    one.revoked_at
      ? t('api_keys.revoked_at', { when: format.date(one.revoked_at) })
      : one.expires_at &&
        t(over ? 'api_keys.ended_at' : 'api_keys.ends_at', { when: format.date(one.expires_at) }),
  ];
  return (
    <li className={classes.row} data-off={over || undefined}>
      <KeyRound size={18} aria-hidden />
      <div className={classes.text}>
        <div className={classes.head}>
          <Text fw={550} dir="auto">
            {one.name}
          </Text>
          {state !== 'active' && <Status {...looks[state]} label={t(`api_keys.state_${state}`)} />}
        </div>
        <Text size="xs" c="dimmed">
          {facts.filter(Boolean).map((fact, at) => (
            <Fragment key={fact}>
              {at > 0 && ' · '}
              <span className={classes.fact}>{fact}</span>
            </Fragment>
          ))}
        </Text>
        <ul className={classes.scopes} aria-label={t('api_keys.scopes')}>
          {one.scopes.map((scope) => (
            <li key={scope} title={scope}>
              {t(`scope.${scopeKey(scope)}`)}
            </li>
          ))}
        </ul>
      </div>
      {!over && (
        <ConfirmButton
          label={t('api_keys.revoke')}
          about={one.name}
          title={t('api_keys.revoke_title', { name: one.name })}
          text={
            one.last_used_at
              ? t('api_keys.revoke_used', { when: format.relative(one.last_used_at) })
              : t('api_keys.revoke_unused')
          }
          busy={revoke.isPending}
          run={() => revoke.mutateAsync(one)}
        />
      )}
    </li>
  );
}

function useRevoke() {
  const { t } = useTranslation();
  const say = useProblemText();
  const client = useQueryClient();
  const { organization } = useWorkspace();
  return useMutation({
    mutationFn: (key: ApiKey) =>
      ask(
        api.DELETE('/v1/organizations/{org}/api-keys/{key}', {
          params: { path: { org: organization.id, key: key.id } },
        }),
      ),
    onSuccess: (_, key) => toast(t('api_keys.revoked', { name: key.name })),
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['o', organization.id, 'api-keys'] }),
  });
}
