/** What the settings ask the server. */

import { ask } from '@belfry/api/console';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';

const PAGE = 100;

/** `ws` is the workspace's id. */
export const workspaceQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'settings'],
    queryFn: ({ signal }) => ask(api.GET('/v1/workspaces/{ws}', { params: { path: { ws } }, signal })),
  });

export const quotaQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'quota'],
    queryFn: ({ signal }) => ask(api.GET('/v1/workspaces/{ws}/quota', { params: { path: { ws } }, signal })),
  });

export const pushQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'push'],
    queryFn: ({ signal }) => ask(api.GET('/v1/workspaces/{ws}/push', { params: { path: { ws } }, signal })),
  });

/** Keys belong to the organization; `org` is its id. */
export const apiKeysQuery = (org: string) =>
  infiniteQueryOptions({
    queryKey: ['o', org, 'api-keys'],
    queryFn: ({ signal, pageParam }) =>
      ask(
        api.GET('/v1/organizations/{org}/api-keys', {
          params: { path: { org }, query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const signingKeysQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'signing-keys'],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/signing-keys', {
          params: { path: { ws }, query: { limit: PAGE } },
          signal,
        }),
      ),
  });

export const staffQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'operators'],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/workspaces/{ws}/operators', { params: { path: { ws } }, signal })),
  });
