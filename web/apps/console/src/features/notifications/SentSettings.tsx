/** The settings of a notification as they were set: nothing is filled in afterwards. */

import type { Audience, NotificationDetail } from '@belfry/api/console';
import type { ReactNode } from 'react';
import { type Format, useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Section } from '../../components/Page';
import { Origin } from './Origin';
import classes from './SentSettings.module.css';

/** Names that are listed before the rest is counted. */
const NAMES = 6;

export function SentSettings({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { time_zone } = useWorkspace();
  const audience = useAudienceWords();
  const time = (at: string | null | undefined): ReactNode =>
    at ? (
      <time dateTime={at} title={format.relative(at)}>
        {format.moment(at, time_zone)}
      </time>
    ) : null;
  const draft = one.status === 'draft';
  const scheduled = one.status === 'scheduled';
  const rows: [string, ReactNode][] = [
    ['audience', one.audience ? audience(one.audience) : one.event_id ? t('sent.audience_event') : null],
    ['people', draft || scheduled ? null : format.number(one.people)],
    ['origin', <Origin key="origin" origin={one.origin} name={one.created_by?.name} />],
    ['event_type', one.type],
    ['format', one.format && t(`sent.format_${one.format}`)],
    ['run_time', one.run_time != null && runTime(one.run_time, format, t('sent.run_time_now'))],
    ['run_until', draft ? null : time(one.run_until)],
    [
      'urgency',
      one.urgency && one.urgency !== 'normal' && t(`sent.urgency_${one.urgency.replace('-', '_')}`),
    ],
    ['collapse_key', one.collapse_key && <code>{one.collapse_key}</code>],
    ['created', time(one.created_at)],
    [scheduled ? 'begins' : 'begun', time(one.sent_at)],
    ['finished', time(one.finished_at)],
    ['id', <code key="id">{one.id}</code>],
  ];
  return (
    <Section title={t(draft || scheduled ? 'sent.title_draft' : 'sent.title')}>
      <dl className={classes.list}>
        {rows
          .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
          .map(([key, value]) => (
            <div key={key} className={classes.row}>
              <dt>{t(`sent.${key}`)}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
      </dl>
    </Section>
  );
}

/** Zero means: now or never. */
function runTime(seconds: number, format: Format, now: string): string {
  return seconds === 0 ? now : format.span(seconds);
}

/** An audience in words; parts of parts stand in brackets. */
function useAudienceWords(): (audience: Audience) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const names = (all: readonly string[]): string => {
    if (all.length <= NAMES) return format.list([...all]);
    return t('sent.and_more', { names: all.slice(0, NAMES).join(', '), count: all.length - NAMES });
  };
  const say = (it: Audience, inner: boolean): string => {
    const bracket = (text: string) => (inner ? `(${text})` : text);
    if ('everyone' in it) return t('sent.audience_everyone');
    if ('groups' in it)
      return t('sent.audience_groups', { count: it.groups.length, names: names(it.groups) });
    if ('users' in it) return t('sent.audience_users', { count: it.users.length, names: names(it.users) });
    if ('all' in it) return bracket(it.all.map((part) => say(part, true)).join(t('sent.audience_and')));
    if ('any' in it) return bracket(it.any.map((part) => say(part, true)).join(t('sent.audience_or')));
    if ('not' in it) return t('sent.audience_not', { part: say(it.not, true) });
    return JSON.stringify(it);
  };
  return (audience) => say(audience, false);
}
