/** How many people it is for now, some of them, and what each channel reaches with the reasons for the rest. */

import type { Audience, Reach } from '@belfry/api/console';
import { Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { Inbox, MonitorSmartphone, TriangleAlert, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import classes from './Compose.module.css';
import { isNobody } from './writing';

export function ReachSummary({
  query,
  audience,
}: {
  query: UseQueryResult<Reach>;
  audience: Audience | null;
}) {
  const { t } = useTranslation();
  const say = useProblemText();
  if (!audience || isNobody(audience)) {
    return <p className={classes.reachNone}>{t('compose.reach_none')}</p>;
  }
  if (!query.data) {
    return (
      <p className={classes.reachNone} role="status">
        {query.isError ? say(query.error).text : t('compose.counting')}
      </p>
    );
  }
  return <Shown reach={query.data} stale={query.isPlaceholderData} />;
}

function Shown({ reach, stale }: { reach: Reach; stale: boolean }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { inbox, web_push } = reach.channels;
  const others = reach.count - reach.sample.length;
  const names = reach.sample.map(({ name, external_id }) => name || external_id);
  const reasons = Object.entries(reach.reasons).filter(([, count]) => count > 0);
  const word = (reason: string): string =>
    i18n.exists(`reach_reason.${reason}`) ? t(`reach_reason.${reason}`) : reason;
  return (
    <div className={classes.reach} data-stale={stale || undefined} aria-busy={stale}>
      {reach.count === 0 ? (
        <p className={classes.warning}>
          <TriangleAlert size={16} aria-hidden /> {t('compose.reach_zero')}
        </p>
      ) : (
        <p className={classes.sample}>
          <Users size={15} aria-hidden />
          <span>
            {others > 0
              ? t('compose.sample_more', { names: names.join(', '), count: others })
              : format.list(names)}
          </span>
        </p>
      )}
      <dl className={classes.channels}>
        <Channel icon={<Inbox size={16} aria-hidden />} name={t('compose.channel_inbox')}>
          <Text component="span" fw={600} className="figures">
            {t('compose.people', { count: inbox.people })}
          </Text>
        </Channel>
        <Channel icon={<MonitorSmartphone size={16} aria-hidden />} name={t('compose.channel_push')}>
          <Text component="span" fw={600} className="figures">
            {t('compose.people', { count: web_push.people })}
          </Text>
          <span className={classes.muted}>{t('compose.on_devices', { count: web_push.devices })}</span>
          {reasons.length > 0 && (
            <ul className={classes.reasons}>
              {reasons.map(([reason, count]) => (
                <li key={reason}>
                  <span className="figures">{format.number(count)}</span> {word(reason)}
                </li>
              ))}
            </ul>
          )}
        </Channel>
      </dl>
    </div>
  );
}

function Channel({ icon, name, children }: { icon: ReactNode; name: string; children: ReactNode }) {
  return (
    <div className={classes.channel}>
      <dt>
        {icon}
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
