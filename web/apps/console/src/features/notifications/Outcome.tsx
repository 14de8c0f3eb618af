/** How far it is, and counts that add up: in all and per channel. */

import type { NotificationDetail } from '@belfry/api/console';
import { Table } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useFormat } from '../../app/format';
import { announce } from '../../app/live-region';
import { useTranslation } from '../../app/translation';
import { Section } from '../../components/Page';
import { byChannel, type Group, groups, quarter, type Tally, total } from './figures';
import classes from './Outcome.module.css';

/** Always shown; the others only where they count something. */
const ALWAYS: readonly Group[] = ['delivered', 'failed', 'remaining'];

export function Outcome({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = total(one.counts);
  const done = sum.of - sum.remaining;
  useSpoken(one, done, sum.of);
  if (one.status === 'draft' || one.status === 'scheduled') {
    return (
      <Section title={t('outcome.title')}>
        <p className={classes.quiet}>
          {one.status === 'draft'
            ? t('outcome.draft')
            : t('outcome.scheduled', { when: format.dateTime(one.sent_at ?? one.created_at) })}
        </p>
      </Section>
    );
  }
  const shown = groups.filter((group) => ALWAYS.includes(group) || sum[group] > 0);
  return (
    <Section flush title={t('outcome.title')}>
      <div className={classes.head}>
        <p className={classes.progress}>
          <span className={classes.done}>
            {t('outcome.done_of', { done: format.number(done), of: format.number(sum.of) })}
          </span>
          <span className={classes.pace}>
            <Pace one={one} />
          </span>
        </p>
        <Bar sum={sum} label={t('outcome.bar')} done={done} />
        <dl className={classes.figures}>
          {shown.map((group) => (
            <div key={group} className={classes.figure} data-group={group}>
              <dt>{t(`outcome.${group}`)}</dt>
              <dd>{format.number(sum[group])}</dd>
            </div>
          ))}
        </dl>
      </div>
      <Channels one={one} shown={shown} sum={sum} />
    </Section>
  );
}

/** The rate and the time that is left; afterwards, how long it took. */
function Pace({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { progress } = one;
  if (progress) {
    const rate = t('outcome.rate', { rate: format.number(Math.round(progress.rate_per_s * 10) / 10) });
    if (progress.rate_per_s === 0) return progress.done > 0 ? t('outcome.waits') : null;
    if (progress.left_s === null) return rate;
    return `${rate} · ${t('outcome.left', { span: format.span(progress.left_s) })}`;
  }
  if (!one.finished_at || !one.sent_at) return null;
  const took = Math.max(0, (Date.parse(one.finished_at) - Date.parse(one.sent_at)) / 1000);
  return t('outcome.took', { span: format.span(took) });
}

function Bar({ sum, label, done }: { sum: Tally; label: string; done: number }) {
  const parts = groups.filter((group) => group !== 'remaining' && sum[group] > 0);
  return (
    <div
      className={classes.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={sum.of}
      aria-valuenow={done}
    >
      {parts.map((group) => (
        <span key={group} data-group={group} style={{ flexGrow: sum[group] }} />
      ))}
      {sum.remaining > 0 && <span data-group="remaining" style={{ flexGrow: sum.remaining }} />}
    </div>
  );
}

function Channels({ one, shown, sum }: { one: NotificationDetail; shown: readonly Group[]; sum: Tally }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const rows = byChannel(one.counts);
  const name = (channel: string) => (i18n.exists(`channel.${channel}`) ? t(`channel.${channel}`) : channel);
  const cells = (tally: Tally) => [
    ...shown.map((group) => (
      <Table.Td key={group} data-zero={tally[group] === 0 || undefined}>
        {format.number(tally[group])}
      </Table.Td>
    )),
    <Table.Td key="of">{format.number(tally.of)}</Table.Td>,
  ];
  if (rows.length === 0) return <p className={classes.quiet}>{t('outcome.nobody')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen the keyboard scrolls it.
    <section className={classes.scroll} tabIndex={0} aria-label={t('outcome.by_channel')}>
      <Table className={classes.table ?? ''} aria-label={t('outcome.by_channel')} highlightOnHover={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('outcome.channel')}</Table.Th>
            {shown.map((group) => (
              <Table.Th key={group} scope="col">
                {t(`outcome.${group}`)}
              </Table.Th>
            ))}
            <Table.Th scope="col">{t('outcome.targets')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ channel, tally }) => (
            <Table.Tr key={channel}>
              <Table.Th scope="row">{name(channel)}</Table.Th>
              {cells(tally)}
            </Table.Tr>
          ))}
        </Table.Tbody>
        {rows.length > 1 && (
          <Table.Tfoot>
            <Table.Tr>
              <Table.Th scope="row">{t('outcome.total')}</Table.Th>
              {cells(sum)}
            </Table.Tr>
          </Table.Tfoot>
        )}
      </Table>
    </section>
  );
}

/** Says every quarter and the end to screen readers, and nothing in between. */
function useSpoken(one: NotificationDetail, done: number, of: number): void {
  const { t } = useTranslation();
  const format = useFormat();
  const said = useRef({ status: one.status, quarter: quarter(done, of) });
  useEffect(() => {
    const now = { status: one.status, quarter: quarter(done, of) };
    const before = said.current;
    said.current = now;
    if (now.status !== before.status) announce(t(`notification_status.${one.status}`));
    else if (now.quarter > before.quarter) {
      announce(t('outcome.done_of', { done: format.number(done), of: format.number(of) }));
    }
  }, [one.status, done, of, t, format]);
}
