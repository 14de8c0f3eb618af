/** Four figures of the last seven days and of now; a figure without anything behind it says so. */

import type { Overview } from '@belfry/api/console';
import { Progress, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { Later, Lines } from '../../components/Later';
import { Section } from '../../components/Page';
import classes from './HomePage.module.css';

export function Figures({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { within_60s: minute, notifications, members, reachable, devices, quota } = overview;
  const share = members > 0 ? reachable / members : 0;
  return (
    <dl className={classes.figures} aria-label={t('home.figures')}>
      <Figure
        name={t('home.within_60s')}
        value={minute.share === null ? '–' : format.percent(minute.share)}
        note={
          minute.share === null || minute.p95_s === null
            ? t('home.within_60s_none')
            : t('home.within_60s_note', {
                p95: format.span(minute.p95_s),
                count: minute.of,
              })
        }
      />
      <Figure
        name={t('home.sent_7d')}
        value={format.number(notifications.sent_7d)}
        note={
          (['running', 'scheduled', 'drafts'] as const)
            .filter((kind) => notifications[kind] > 0)
            .map((kind) => t(`home.waiting_${kind}`, { count: notifications[kind] }))
            .join(' · ') || t('home.nothing_waits')
        }
      />
      <Figure
        name={t('home.reachable')}
        value={
          <>
            {format.number(reachable)}{' '}
            <span className={classes.note}>{t('home.reachable_of', { count: members })}</span>
          </>
        }
        note={
          <>
            <Progress
              value={share * 100}
              size={5}
              className={classes.bar ?? ''}
              aria-label={t('home.reachable_share')}
            />
            {t('home.devices', { count: devices })}
          </>
        }
      />
      <Figure
        name={t('home.quota')}
        value={format.number(quota.left)}
        note={
          <>
            <Progress
              value={quota.limit > 0 ? (quota.used / quota.limit) * 100 : 100}
              size={5}
              color={quota.left * 10 <= quota.limit ? 'yellow' : 'indigo'}
              className={classes.bar ?? ''}
              aria-label={t('home.quota_share')}
            />
            {t('home.quota_note', { used: quota.used, limit: quota.limit })}
          </>
        }
      />
    </dl>
  );
}

function Figure({ name, value, note }: { name: string; value: ReactNode; note: ReactNode }) {
  return (
    <div className={classes.figure}>
      <dt className={classes.name}>{name}</dt>
      <dd className={classes.value}>{value}</dd>
      <dd className={classes.note}>{note}</dd>
    </div>
  );
}

/** The same shape in grey. */
export function FiguresSkeleton() {
  const { t } = useTranslation();
  return (
    <Later>
      <div className={classes.figures} role="status" aria-label={t('state.loading')}>
        {['a', 'b', 'c', 'd'].map((key) => (
          <div key={key} className={classes.figure}>
            <Skeleton height={14} width="60%" />
            <Skeleton height={28} width="40%" my={6} />
            <Skeleton height={12} width="80%" />
          </div>
        ))}
      </div>
      <Section>
        <Lines rows={6} height={28} />
      </Section>
    </Later>
  );
}
