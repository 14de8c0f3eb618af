/** A notification in a list: its title leads to it. On narrow screens status and time stand below the title. */

import type { NotificationSummary } from '@belfry/api/console';
import { Text } from '@mantine/core';
import { useFormat } from '../app/format';
import { useTranslation } from '../app/translation';
import { LinkAnchor } from './links';
import classes from './NotificationCell.module.css';
import { NotificationStatusMark } from './Status';

/** A draft is gone on with, everything else is looked at. */
export const routeOf = (one: { status: string }): string =>
  one.status === 'draft' ? '/w/$ws/compose/$id' : '/w/$ws/notifications/$id';

export interface NotificationCellProps {
  one: NotificationSummary;
  /** Slug of the workspace. */
  ws: string;
  /** Below the title, on every screen. */
  children?: string;
}

export function NotificationCell({ one, ws, children }: NotificationCellProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={classes.cell}>
      <LinkAnchor to={routeOf(one)} params={{ ws, id: one.id } as never}>
        <span className={classes.title} dir="auto">
          {one.title || one.plain || t('notification.untitled')}
        </span>
      </LinkAnchor>
      <div className={classes.below} data-bare={!children || undefined}>
        <span className={classes.mark}>
          <NotificationStatusMark status={one.status} />
        </span>
        <Text size="xs" c="dimmed" truncate dir="auto">
          <span className={classes.when}>
            {format.relative(one.sent_at ?? one.created_at)}
            {children && ' · '}
          </span>
          {children}
        </Text>
      </div>
    </div>
  );
}
