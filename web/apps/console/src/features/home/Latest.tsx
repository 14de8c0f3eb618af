/** The newest notifications, status first. */

import type { NotificationSummary } from '@belfry/api/console';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { type Column, DataTable } from '../../components/DataTable';
import { Loaded } from '../../components/Loaded';
import { LinkButton } from '../../components/links';
import { NotificationCell, routeOf } from '../../components/NotificationCell';
import { Section } from '../../components/Page';
import { NotificationStatusMark } from '../../components/Status';
import classes from './HomePage.module.css';
import { latestQuery } from './queries';

export function Latest() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const columns = useColumns(workspace.slug);
  const query = useQuery(latestQuery(workspace.id));
  const ws = workspace.slug;
  return (
    <Section
      flush
      title={t('home.latest')}
      actions={
        <LinkButton to="/w/$ws/notifications" params={{ ws }} size="compact-sm" variant="subtle">
          {t('home.all')}
        </LinkButton>
      }
    >
      <Loaded query={query} compact>
        {({ items }) =>
          items.length === 0 ? (
            <p className={classes.quiet}>{t('home.latest_empty')}</p>
          ) : (
            <DataTable
              label={t('home.latest')}
              columns={columns}
              rows={items}
              rowKey={(one) => one.id}
              open={(one) => void navigate({ to: routeOf(one), params: { ws, id: one.id } as never })}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

function useColumns(ws: string): Column<NotificationSummary>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'status',
      header: t('home.column_status'),
      width: '9rem',
      from: 'tablet',
      cell: (one) => <NotificationStatusMark status={one.status} />,
    },
    {
      key: 'title',
      header: t('home.column_title'),
      cell: (one) => <NotificationCell one={one} ws={ws} />,
    },
    {
      key: 'people',
      header: t('home.column_people'),
      align: 'end',
      width: '7rem',
      from: 'tablet',
      cell: (one) => (one.status === 'draft' ? '–' : format.number(one.people)),
    },
    {
      key: 'time',
      header: t('home.column_time'),
      align: 'end',
      width: '9rem',
      from: 'tablet',
      cell: (one) => {
        const time = one.sent_at ?? one.created_at;
        return (
          <time dateTime={time} title={format.dateTime(time)}>
            {format.relative(time)}
          </time>
        );
      },
    },
  ];
}
