/** What Home asks the server. */

import { ask } from '@belfry/api/console';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';

const WHILE_RUNNING_MS = 2_000;
const OTHERWISE_MS = 30_000;

/** `ws` is the workspace's id. Asked again more often while something is being sent. */
export const overviewQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'overview'],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/workspaces/{ws}/overview', { params: { path: { ws } }, signal })),
    refetchInterval: ({ state }) =>
      (state.data?.notifications.running ?? 0) > 0 ? WHILE_RUNNING_MS : OTHERWISE_MS,
  });

const LATEST = 6;

/** The newest notifications of all origins. */
export const latestQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'notifications', 'latest'],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/notifications', {
          params: { path: { ws }, query: { limit: LATEST } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.status === 'sending') ? WHILE_RUNNING_MS : OTHERWISE_MS,
  });
