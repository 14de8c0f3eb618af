/** What became of a notification, person by person and device by device: filters in the address, export, paging. */

import type { Delivery, DeliveryFilter, List, NotificationDetail } from '@belfry/api/console';
import { Button, Text } from '@mantine/core';
import { type InfiniteData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Download, SearchX, Users } from 'lucide-react';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { DataTable, More } from '../../components/DataTable';
import { useDeviceWords } from '../../components/device-words';
import { Choice, Filters } from '../../components/Filters';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { SearchBox } from '../../components/SearchBox';
import { Empty } from '../../components/State';
import classes from './Deliveries.module.css';
import { useDeliveryColumns } from './delivery-columns';
import { runs } from './figures';
import { deliveriesQuery } from './queries';
import { browsers, channels, exportAddress, kept, platforms, states } from './search';

const route = getRouteApi('/_in/w/$ws/notifications/$id');
const NOTHING = {
  q: undefined,
  state: undefined,
  channel: undefined,
  platform: undefined,
  browser: undefined,
};

export function Deliveries({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const filter = route.useSearch();
  const set = (change: Partial<Record<keyof DeliveryFilter, string | undefined>>) =>
    void navigate({
      to: '/w/$ws/notifications/$id',
      params: { ws: workspace.slug, id: one.id },
      search: kept({ ...filter, ...change }) as DeliveryFilter,
      replace: true,
      resetScroll: false,
    });
  const filtered = Object.keys(filter).length > 0;
  const clear = filtered ? () => set(NOTHING) : undefined;
  const live = runs(one);
  const query = useInfiniteQuery(deliveriesQuery(workspace.id, one.id, filter, live));
  // The last rows are of before the end.
  const ended = useEffectEvent(() => void query.refetch());
  const before = useRef(live);
  useEffect(() => {
    if (before.current && !live) ended();
    before.current = live;
  }, [live]);
  const rows = query.data?.pages.flatMap((page) => page.items);
  return (
    <Section
      flush
      title={t('deliveries.title')}
      lead={t('deliveries.lead')}
      actions={
        <Button
          component="a"
          href={exportAddress(workspace.id, one.id, filter)}
          download
          variant="default"
          size="compact-md"
          leftSection={<Download size={15} aria-hidden />}
        >
          {t(filtered ? 'deliveries.export_filtered' : 'deliveries.export')}
        </Button>
      }
    >
      <div className={classes.filters}>
        <DeliveryFilters
          filter={filter}
          set={set}
          clear={clear}
          found={rows && !query.isPlaceholderData ? rows.length : null}
          more={query.hasNextPage}
        />
      </div>
      <Rows one={one} query={query} clear={clear} />
    </Section>
  );
}

function DeliveryFilters({
  filter,
  set,
  clear,
  found,
  more,
}: {
  filter: DeliveryFilter;
  set: (change: Partial<Record<keyof DeliveryFilter, string | undefined>>) => void;
  clear: (() => void) | undefined;
  found: number | null;
  more: boolean;
}) {
  const { t } = useTranslation();
  const words = useDeviceWords();
  const { state, channel, platform, browser } = filter;
  const plain = (known: readonly string[], now: string | undefined) =>
    [...new Set([...known, ...(now ? [now] : [])])].map((value) => ({
      value,
      label: words.word(value),
    }));
  return (
    <Filters
      search={
        <SearchBox
          label={t('deliveries.search')}
          value={filter.q ?? ''}
          change={(q) => set({ q: q || undefined })}
        />
      }
      chosen={[state, channel, platform, browser].filter(Boolean).length}
      clear={clear}
      found={found}
      more={more}
    >
      <Choice
        label={t('deliveries.state')}
        any={t('deliveries.any_state')}
        value={state}
        options={states.map((value) => ({ value, label: t(`delivery_state.${value}`) }))}
        change={(chosen) => set({ state: chosen })}
      />
      <Choice
        label={t('deliveries.channel')}
        any={t('deliveries.any_channel')}
        value={channel}
        options={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
        change={(chosen) => set({ channel: chosen })}
      />
      <Choice
        label={t('deliveries.platform')}
        any={t('deliveries.any_platform')}
        value={platform}
        options={plain(platforms, platform)}
        change={(chosen) => set({ platform: chosen })}
      />
      <Choice
        label={t('deliveries.browser')}
        any={t('deliveries.any_browser')}
        value={browser}
        options={plain(browsers, browser)}
        change={(chosen) => set({ browser: chosen })}
      />
    </Filters>
  );
}

const keyOf = (one: Delivery): string =>
  [one.user?.external_id ?? 'gone', one.channel, one.device_id ?? ''].join(' ');

function Rows({
  one,
  query,
  clear,
}: {
  one: NotificationDetail;
  query: UseInfiniteQueryResult<InfiniteData<List<Delivery>>>;
  clear: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const columns = useDeliveryColumns();
  return (
    <Loaded query={query} compact>
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.items);
        if (rows.length > 0) {
          return (
            <DataTable
              label={t('deliveries.title')}
              columns={columns}
              rows={rows}
              rowKey={keyOf}
              footer={<More query={query} />}
            />
          );
        }
        return clear ? (
          <Empty
            compact
            icon={SearchX}
            title={t('deliveries.none_found')}
            action={
              <Button variant="default" onClick={clear}>
                {t('list.clear_filters')}
              </Button>
            }
          />
        ) : (
          <Empty compact icon={Users} title={t('deliveries.none')}>
            <Text span inherit>
              {t(runs(one) || query.isFetching ? 'deliveries.none_yet' : 'deliveries.none_why')}
            </Text>
          </Empty>
        );
      }}
    </Loaded>
  );
}
