/** What became of a notification, person by person and device by device: filters in the address, export, paging. */

import type { Delivery, DeliveryFilter, NotificationDetail } from '@belfry/api/console';
import { Button, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Download, SearchX, Users } from 'lucide-react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { DataTable, More } from '../../components/DataTable';
import { useDeviceWords } from '../../components/device-words';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { Empty } from '../../components/State';
import classes from './Deliveries.module.css';
import { useDeliveryColumns } from './delivery-columns';
import { Choice, Filters } from './Filters';
import { runs } from './figures';
import { deliveriesQuery } from './queries';
import { SearchBox } from './SearchBox';
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
        <DeliveryFilters filter={filter} set={set} clear={clear} />
      </div>
      <Rows one={one} filter={filter} clear={clear} />
    </Section>
  );
}

function DeliveryFilters({
  filter,
  set,
  clear,
}: {
  filter: DeliveryFilter;
  set: (change: Partial<Record<keyof DeliveryFilter, string | undefined>>) => void;
  clear: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const words = useDeviceWords();
  const plain = (known: readonly string[], now: string | undefined) =>
    [...new Set([...known, ...(now ? [now] : [])])].map((value) => ({
      value,
      label: words.word(value),
    }));
  return (
    <Filters clear={clear}>
      <SearchBox
        label={t('deliveries.search')}
        value={filter.q ?? ''}
        change={(q) => set({ q: q.trim() ? q : undefined })}
      />
      <Choice
        label={t('deliveries.state')}
        any={t('deliveries.any_state')}
        value={filter.state}
        options={states.map((value) => ({ value, label: t(`delivery_state.${value}`) }))}
        change={(state) => set({ state })}
      />
      <Choice
        label={t('deliveries.channel')}
        any={t('deliveries.any_channel')}
        value={filter.channel}
        options={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
        change={(channel) => set({ channel })}
      />
      <Choice
        label={t('deliveries.platform')}
        any={t('deliveries.any_platform')}
        value={filter.platform}
        options={plain(platforms, filter.platform)}
        change={(platform) => set({ platform })}
      />
      <Choice
        label={t('deliveries.browser')}
        any={t('deliveries.any_browser')}
        value={filter.browser}
        options={plain(browsers, filter.browser)}
        change={(browser) => set({ browser })}
      />
    </Filters>
  );
}

const keyOf = (one: Delivery): string =>
  [one.user?.external_id ?? 'gone', one.channel, one.device_id ?? ''].join(' ');

function Rows({
  one,
  filter,
  clear,
}: {
  one: NotificationDetail;
  filter: DeliveryFilter;
  clear: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const columns = useDeliveryColumns();
  const query = useInfiniteQuery(deliveriesQuery(workspace.id, one.id, filter, runs(one)));
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
                {t('notifications.clear_filters')}
              </Button>
            }
          />
        ) : (
          <Empty compact icon={Users} title={t('deliveries.none')}>
            <Text span inherit>
              {t(runs(one) || query.isPlaceholderData ? 'deliveries.none_yet' : 'deliveries.none_why')}
            </Text>
          </Empty>
        );
      }}
    </Loaded>
  );
}
