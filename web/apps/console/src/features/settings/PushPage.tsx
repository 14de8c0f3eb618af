/** Web push: the key that browsers subscribe with, who subscribed, and which browsers can. */

import type { PushState, PushSupport } from '@belfry/api/console';
import { Progress, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Check, Minus, MonitorSmartphone } from 'lucide-react';
import { useFormat } from '../../app/format';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { Empty } from '../../components/State';
import classes from './PushPage.module.css';
import { pushQuery } from './queries';
import { Copyable } from './Secret';
import { SettingsFrame } from './SettingsFrame';

export function PushPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { id } = useWorkspace();
  const may = useMay('settings:read');
  const query = useQuery({ ...pushQuery(id), enabled: may });
  return (
    <SettingsFrame part="push">
      <Loaded query={query}>
        {(push) => (
          <>
            <Subscriptions push={push} />
            <Section title={t('push.support')} lead={t('push.support_lead')} flush>
              <Support support={push.support} />
            </Section>
            <Section title={t('push.key')} lead={t('push.key_lead')}>
              <Copyable value={push.public_key} label={t('push.key')} />
              <Text size="xs" c="dimmed" mt="xs">
                {t('push.key_since', { when: format.date(push.created_at) })}
              </Text>
            </Section>
          </>
        )}
      </Loaded>
    </SettingsFrame>
  );
}

function Subscriptions({ push }: { push: PushState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = Object.entries(push.subscriptions).sort(([, a], [, b]) => b - a);
  const all = rows.reduce((sum, [, count]) => sum + count, 0);
  return (
    <Section
      title={t('push.subscriptions')}
      {...(all > 0 && { lead: t('push.subscriptions_lead', { count: all }) })}
    >
      {all === 0 ? (
        <Empty compact icon={MonitorSmartphone} title={t('push.none')}>
          {t('push.none_why')}
        </Empty>
      ) : (
        <ul className={classes.browsers}>
          {rows.map(([browser, count]) => (
            <li key={browser}>
              <span>{browser || t('push.other')}</span>
              <Progress value={(count / all) * 100} size={6} aria-label={browser || t('push.other')} />
              <span className={classes.count}>
                {format.number(count)} <small>{format.percent(count / all)}</small>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const PLATFORMS = ['Windows', 'macOS', 'Linux', 'Android', 'iOS'];

/** Browsers down, systems across; on a phone it is a list per browser. */
function Support({ support }: { support: readonly PushSupport[] }) {
  const { t } = useTranslation();
  const browsers = [...new Set(support.map((one) => one.browser))];
  const needed = [...new Set(support.map((one) => one.needs).filter((need) => need !== null))];
  const find = (browser: string, platform: string) =>
    support.find((one) => one.browser === browser && one.platform === platform);
  return (
    <>
      <Table className={classes.matrix ?? ''} aria-label={t('push.support')} highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('push.browser')}</Table.Th>
            {PLATFORMS.map((platform) => (
              <Table.Th key={platform} scope="col">
                {platform}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {browsers.map((browser) => (
            <Table.Tr key={browser}>
              <Table.Th scope="row">{browser}</Table.Th>
              {PLATFORMS.map((platform) => (
                <Table.Td key={platform} data-platform={platform}>
                  <Cell one={find(browser, platform)} notes={needed} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <ol className={classes.notes}>
        {needed.map((need) => (
          <li key={need}>{t(`push.needs_${need}`)}</li>
        ))}
      </ol>
    </>
  );
}

function Cell({ one, notes }: { one: PushSupport | undefined; notes: readonly string[] }) {
  const { t } = useTranslation();
  if (!one?.since) {
    return (
      <span className={classes.no}>
        <Minus size={14} aria-hidden />
        <span className="sr">{t('push.no')}</span>
      </span>
    );
  }
  return (
    <span className={classes.yes}>
      <Check size={14} aria-hidden />
      {t('push.since', { version: one.platform === 'iOS' ? `iOS ${one.since}` : one.since })}
      {one.needs && (
        <sup>
          {notes.indexOf(one.needs) + 1}
          <span className="sr"> {t(`push.needs_${one.needs}`)}</span>
        </sup>
      )}
    </span>
  );
}
