/** One notification: how far it is, what became of it, what was sent and with which settings. */

import type { NotificationDetail } from '@belfry/api/console';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useFormat } from '../../app/format';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Later } from '../../components/Later';
import { Stale } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Failure, Forbidden } from '../../components/State';
import { NotificationStatusMark } from '../../components/Status';
import { Actions } from './Actions';
import { Content } from './Content';
import { Deliveries } from './Deliveries';
import { Failures } from './Failures';
import classes from './NotificationPage.module.css';
import { NotReached } from './NotReached';
import { Outcome } from './Outcome';
import { notificationQuery } from './queries';
import { SentSettings } from './SentSettings';

const route = getRouteApi('/_in/w/$ws/notifications/$id');

export function NotificationPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { id } = route.useParams();
  const may = useMay('notifications:read');
  const query = useQuery({ ...notificationQuery(workspace.id, id), enabled: may });
  const back = { to: `/w/${workspace.slug}/notifications`, label: t('notifications.title') };
  const one = query.data;
  if (!may || !one) {
    return (
      <Page title={t('notifications.one')} back={back}>
        {!may ? (
          <Forbidden />
        ) : query.isError ? (
          <Failure error={query.error} retry={() => void query.refetch()} up={back} />
        ) : (
          <PageSkeleton />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={one.title || one.plain || t('notification.untitled')}
      aside={<NotificationStatusMark status={one.status} />}
      lead={<Lead one={one} />}
      back={back}
      actions={<Actions one={one} />}
    >
      {query.isError && <Stale error={query.error} retry={() => void query.refetch()} />}
      <div className={classes.columns}>
        <div className={classes.column}>
          <Outcome one={one} />
          <Failures one={one} />
          <NotReached one={one} />
        </div>
        <div className={classes.column}>
          <Content one={one} />
          <SentSettings one={one} />
        </div>
      </div>
      {one.status !== 'draft' && <Deliveries one={one} />}
    </Page>
  );
}

/** Who and when, in a line. */
function Lead({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const time = one.sent_at ?? one.created_at;
  const who = one.created_by?.name ?? t(`origin.${one.origin}`);
  const key =
    one.status === 'draft' ? 'lead_draft' : one.status === 'scheduled' ? 'lead_scheduled' : 'lead_sent';
  return (
    <time dateTime={time} title={format.dateTime(time)}>
      {t(`notifications.${key}`, { who, when: format.relative(time) })}
    </time>
  );
}

function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <Later>
      <div className={classes.columns} role="status" aria-label={t('state.loading')}>
        <div className={classes.column}>
          <Skeleton height={260} />
          <Skeleton height={120} />
        </div>
        <div className={classes.column}>
          <Skeleton height={220} />
          <Skeleton height={180} />
        </div>
      </div>
      <Skeleton height={320} />
    </Later>
  );
}
