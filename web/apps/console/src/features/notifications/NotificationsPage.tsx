/** Every notification of a workspace, wherever it came from: status first, live, with filters in the address. */

import type { NotificationSummary } from '@belfry/api/console';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Bell, PenLine, SearchX } from 'lucide-react';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { DataTable, More } from '../../components/DataTable';
import { Choice, Filters } from '../../components/Filters';
import { Loaded } from '../../components/Loaded';
import { LinkButton } from '../../components/links';
import { routeOf } from '../../components/NotificationCell';
import { Page, Section } from '../../components/Page';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Forbidden } from '../../components/State';
import { runs } from './figures';
import { useListColumns } from './list-columns';
import { notificationsQuery } from './queries';
import { kept, type ListSearch, origins, statuses } from './search';

const route = getRouteApi('/_in/w/$ws/notifications/');

export function NotificationsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const mayRead = useMay('notifications:read');
  const mayWrite = useMay('notifications:write');
  const compose = mayWrite && (
    <LinkButton
      to={'/w/$ws/compose' as string}
      params={{ ws: workspace.slug } as never}
      leftSection={<PenLine size={16} aria-hidden />}
    >
      {t('notifications.write')}
    </LinkButton>
  );
  if (!mayRead)
    return (
      <Page title={t('notifications.title')}>
        <Forbidden />
      </Page>
    );
  return (
    <Page title={t('notifications.title')} lead={t('notifications.lead')} actions={compose}>
      <Rows compose={compose} />
    </Page>
  );
}

const NOTHING = { q: undefined, status: undefined, origin: undefined };

function Rows({ compose }: { compose: React.ReactNode }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const columns = useListColumns();
  const filter = route.useSearch();
  const query = useInfiniteQuery(notificationsQuery(workspace.id, filter));
  const set = (change: Partial<Record<keyof ListSearch, string | undefined>>) =>
    void navigate({
      to: '/w/$ws/notifications',
      params: { ws: workspace.slug },
      search: kept({ ...filter, ...change }) as ListSearch,
      replace: true,
    });
  const filtered = Object.keys(filter).length > 0;
  const clear = () => set(NOTHING);
  const rows = query.data?.pages.flatMap((page) => page.items);
  const open = (one: NotificationSummary) =>
    void navigate({ to: routeOf(one), params: { ws: workspace.slug, id: one.id } as never });
  return (
    <Section flush>
      <Filters
        search={
          <SearchBox
            label={t('notifications.search')}
            value={filter.q ?? ''}
            change={(q) => set({ q: q || undefined })}
          />
        }
        chosen={[filter.status, filter.origin].filter(Boolean).length}
        clear={filtered ? clear : undefined}
        found={rows && !query.isPlaceholderData ? rows.length : null}
        more={query.hasNextPage}
      >
        <Choice
          label={t('notifications.status')}
          any={t('notifications.any_status')}
          value={filter.status}
          options={statuses.map((value) => ({ value, label: t(`notification_status.${value}`) }))}
          change={(status) => set({ status })}
        />
        <Choice
          label={t('notifications.origin')}
          any={t('notifications.any_origin')}
          value={filter.origin}
          options={origins.map((value) => ({ value, label: t(`origin.${value}`) }))}
          change={(origin) => set({ origin })}
        />
      </Filters>
      <Loaded query={query} compact>
        {() => {
          // A page of a search may be empty and still have a next one.
          if (rows && (rows.length > 0 || query.hasNextPage)) {
            return (
              <DataTable
                label={t('notifications.title')}
                columns={columns}
                rows={rows}
                rowKey={(one) => one.id}
                open={open}
                footer={<More query={query} />}
              />
            );
          }
          return filtered ? (
            <Empty
              icon={SearchX}
              title={t('notifications.none_found')}
              compact
              action={
                <Button variant="default" onClick={clear}>
                  {t('list.clear_filters')}
                </Button>
              }
            >
              {t('notifications.none_found_why')}
            </Empty>
          ) : (
            <Empty icon={Bell} title={t('notifications.none')} action={compose}>
              {t('notifications.none_why')}
            </Empty>
          );
        }}
      </Loaded>
      <span className="sr" role="status">
        {query.data?.pages.some((page) => page.items.some(runs)) ? t('notifications.running') : ''}
      </span>
    </Section>
  );
}
