/** Keys with which a host product signs user tokens, so that its pages need no call to issue one. */

import { ask, type SigningKey } from '@belfry/api/console';
import { Badge, Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ban, Plus, Stamp } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../app/api';
import { useFormat } from '../../app/format';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { Empty } from '../../components/State';
import { Status } from '../../components/Status';
import { toast } from '../../components/toast';
import { ConfirmButton } from './ConfirmButton';
import { NewSigningKeyForm } from './NewSigningKeyForm';
import { inOrder } from './permissions';
import { signingKeysQuery } from './queries';
import classes from './Rows.module.css';
import { Secret } from './Secret';
import { SettingsFrame } from './SettingsFrame';

export function SigningKeysPage() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const mayRead = useMay('settings:read');
  const mayTokens = useMay('tokens:write');
  const mayWrite = useMay('settings:write') && mayTokens;
  const query = useQuery({ ...signingKeysQuery(id), enabled: mayRead });
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  return (
    <SettingsFrame
      part="signing_keys"
      actions={
        mayWrite &&
        !adding && (
          <Button
            leftSection={<Plus size={16} aria-hidden />}
            onClick={() => {
              setMade(null);
              setAdding(true);
            }}
          >
            {t('signing.new')}
          </Button>
        )
      }
    >
      {made && (
        <Secret title={t('signing.made', { name: made.name })} value={made.secret}>
          {t('signing.once')}
        </Secret>
      )}
      {adding && (
        <NewSigningKeyForm
          close={() => setAdding(false)}
          done={(key) => {
            setAdding(false);
            if (key.secret) setMade({ name: key.name, secret: key.secret });
            else toast(t('signing.added', { name: key.name }));
          }}
        />
      )}
      <Section flush title={t('signing.list')} lead={t('signing.list_lead')}>
        <Loaded query={query} compact>
          {({ items }) =>
            items.length === 0 ? (
              <div className={classes.empty}>
                <Empty compact icon={Stamp} title={t('signing.none')}>
                  {t('signing.none_why')}
                </Empty>
              </div>
            ) : (
              <ul className={classes.list}>
                {inOrder(items, Date.now()).map((key) => (
                  <Row key={key.id} one={key} may={mayWrite} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Section>
    </SettingsFrame>
  );
}

function Row({ one, may }: { one: SigningKey; may: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useProblemText();
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const revoke = useMutation({
    mutationFn: () =>
      ask(api.DELETE('/v1/workspaces/{ws}/signing-keys/{key}', { params: { path: { ws, key: one.id } } })),
    onSuccess: () => toast(t('signing.revoked', { name: one.name })),
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
    onSettled: () => client.invalidateQueries(signingKeysQuery(ws)),
  });
  return (
    <li className={classes.row} data-off={one.revoked_at ? true : undefined}>
      <Stamp size={18} aria-hidden />
      <div className={classes.text}>
        <div className={classes.head}>
          <Text fw={550} dir="auto">
            {one.name}
          </Text>
          <Badge size="sm" variant="light" tt="none" color="gray">
            {one.algorithm}
          </Badge>
          {one.revoked_at && <Status tone="neutral" icon={Ban} label={t('api_keys.state_revoked')} />}
        </div>
        <Text size="xs" c="dimmed">
          {one.revoked_at
            ? t('api_keys.revoked_at', { when: format.date(one.revoked_at) })
            : t('signing.since', { when: format.date(one.created_at) })}
        </Text>
        <Text size="xs" c="dimmed">
          <span className={classes.fact}>
            kid:&nbsp;<code>{one.id}</code>
          </span>
        </Text>
      </div>
      {may && !one.revoked_at && (
        <ConfirmButton
          label={t('api_keys.revoke')}
          about={one.name}
          title={t('signing.revoke_title', { name: one.name })}
          text={t('signing.revoke_text')}
          busy={revoke.isPending}
          run={() => revoke.mutateAsync()}
        />
      )}
    </li>
  );
}
