/** Why people got nothing by a channel: not failures, there was nothing to try. They have it in their inbox. */

import type { NotificationDetail } from '@belfry/api/console';
import { Text } from '@mantine/core';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { Section } from '../../components/Page';
import { useReason } from './Failures';
import classes from './Reasons.module.css';

export function NotReached({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useReason();
  const reasons = Object.entries(one.reasons)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  return (
    <Section flush title={t('not_reached.title')} lead={t('not_reached.lead')}>
      <ul className={classes.list}>
        {reasons.map(([reason, count]) => (
          <li key={reason} className={classes.row}>
            <span className={classes.count}>{format.number(count)}</span>
            <div className={classes.text}>
              <Text fw={550}>{say(reason).name}</Text>
              <Text size="sm" c="dimmed">
                {say(reason).why}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
