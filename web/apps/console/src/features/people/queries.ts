/** What the rooms about people ask the server, besides the list itself. */

import { ask, type Overview } from '@belfry/api/console';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';
import { peopleKey } from '../../app/people';

/** The workspace's counters; Home keeps the same under the same key. */
export const countersQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'overview'],
    queryFn: ({ signal }): Promise<Overview> =>
      ask(api.GET('/v1/workspaces/{ws}/overview', { params: { path: { ws } }, signal })),
  });

export const personKey = (ws: string, id: string) => [...peopleKey(ws), 'one', id] as const;

/** One person with their devices; `id` is the external id. */
export const personQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: personKey(ws, id),
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/users/{external_id}', {
          params: { path: { ws, external_id: id } },
          signal,
        }),
      ),
  });

const RECEIVED = 20;
const WHILE_RUNNING_MS = 2_000;
const OTHERWISE_MS = 30_000;

/** What somebody received, newest first. */
export const receivedQuery = (ws: string, id: string) =>
  infiniteQueryOptions({
    queryKey: [...personKey(ws, id), 'received'],
    queryFn: ({ signal, pageParam }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/users/{external_id}/notifications', {
          params: {
            path: { ws, external_id: id },
            query: { limit: RECEIVED, ...(pageParam !== undefined && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items.some((one) => one.channels.some(({ state: now }) => isOnTheWay(now)))
        ? WHILE_RUNNING_MS
        : OTHERWISE_MS,
  });

const isOnTheWay = (state: string): boolean => state === 'pending' || state === 'sending';
