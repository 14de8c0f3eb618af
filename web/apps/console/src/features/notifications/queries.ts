/** What this room asks the server. Asks again by itself, quickly while something runs. */

import { ask, type DeliveryFilter, type List, type NotificationSummary } from '@belfry/api/console';
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
} from '@tanstack/react-query';
import { api } from '../../app/api';
import { runs } from './figures';
import type { ListSearch } from './search';

const WHILE_RUNNING_MS = 2_000;
const OTHERWISE_MS = 30_000;
/** The newest ones, where nothing runs: what a program or a colleague sends is soon seen. Not while the tab is hidden. */
const NEWEST_MS = 5_000;
/** Every page that was loaded is asked for again: with more of them, less often. */
const EACH_PAGE_MS = 1_000;
const DELIVERIES_MS = 4_000;
const PAGE = 50;

/** `ws` is the workspace's id. */
export const notificationsQuery = (ws: string, filter: ListSearch) =>
  infiniteQueryOptions({
    queryKey: ['w', ws, 'notifications', 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/notifications', {
          params: {
            path: { ws },
            query: { ...filter, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    // A search reads many texts; it is not repeated as often.
    refetchInterval: ({ state }) => (filter.q ? OTHERWISE_MS : pause(state.data)),
  });

function pause(data: InfiniteData<List<NotificationSummary>> | undefined): number {
  const pages = data?.pages ?? [];
  if (!pages.some((page) => page.items.some(runs))) return pages.length > 1 ? OTHERWISE_MS : NEWEST_MS;
  return WHILE_RUNNING_MS + EACH_PAGE_MS * Math.max(0, pages.length - 1);
}

export const notificationQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: ['w', ws, 'notifications', 'one', id],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/workspaces/{ws}/notifications/{id}', { params: { path: { ws, id } }, signal })),
    // What was displayed and opened comes in long after everything was sent.
    refetchInterval: ({ state }) => (state.data && runs(state.data) ? WHILE_RUNNING_MS : OTHERWISE_MS),
  });

/** `live`: the notification is still being sent. */
export const deliveriesQuery = (ws: string, id: string, filter: DeliveryFilter, live: boolean) =>
  infiniteQueryOptions({
    queryKey: ['w', ws, 'notifications', 'deliveries', id, filter],
    queryFn: ({ signal, pageParam }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/notifications/{id}/deliveries', {
          params: {
            path: { ws, id },
            query: { ...filter, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      (live ? DELIVERIES_MS : OTHERWISE_MS) + EACH_PAGE_MS * Math.max(0, (state.data?.pages.length ?? 1) - 1),
  });
