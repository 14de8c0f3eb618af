/** What failed or came too late, grouped by reason in words, with what the push services answered. */

import type { NotificationDetail } from '@belfry/api/console';
import { Text } from '@mantine/core';
import { useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { LinkButton } from '../../components/links';
import { Section } from '../../components/Page';
import { byReason } from './figures';
import classes from './Reasons.module.css';

export function Failures({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useReason();
  const { slug } = useWorkspace();
  const reasons = byReason(one.failures);
  if (reasons.length === 0) return null;
  return (
    <Section flush title={t('failures.title')} lead={t('failures.lead')}>
      <ul className={classes.list}>
        {reasons.map(({ reason, count, details }) => (
          <li key={reason} className={classes.row}>
            <span className={classes.count} data-tone="danger">
              {format.number(count)}
            </span>
            <div className={classes.text}>
              <Text fw={550}>{say(reason).name}</Text>
              <Text size="sm" c="dimmed">
                {say(reason).why}
              </Text>
              {details.length > 0 && (
                <ul className={classes.details}>
                  {details.map(({ detail, count: times }) => (
                    <li key={detail}>
                      <code>{detail}</code> <span>× {format.number(times)}</span>
                    </li>
                  ))}
                </ul>
              )}
              {reason === 'misconfigured' && (
                <LinkButton
                  to="/w/$ws/settings/push"
                  params={{ ws: slug }}
                  size="compact-sm"
                  variant="default"
                  mt={6}
                >
                  {t('failures.to_push')}
                </LinkButton>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A reason's name, and what it means and what becomes of it; a code that is not known stays a code. */
export function useReason(): (reason: string) => { name: string; why: string } {
  const { t, i18n } = useTranslation();
  return (reason) => ({
    name: i18n.exists(`reason.${reason}`) ? t(`reason.${reason}`) : reason,
    why: i18n.exists(`reason_why.${reason}`) ? t(`reason_why.${reason}`) : '',
  });
}
