/** The people of a workspace as the server lists them; more than one room needs them. */

import { ask, type ListedUser } from '@belfry/api/console';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './api';

export const memberStatuses = ['active', 'invited', 'pending_approval', 'cancelled'] as const;
export type MemberStatus = (typeof memberStatuses)[number];

/** Which people are listed. It is also the search of the page's address. */
export interface PeopleFilter {
  /** Beginnings of words of name, email or id. */
  q?: string;
  /** Key of a group. */
  group?: string;
  status?: MemberStatus;
  /** Whether push can reach them on a device. */
  device?: 'yes' | 'no';
}

/** What every query about people begins with, so that one change refreshes them all. */
export const peopleKey = (ws: string) => ['w', ws, 'people'] as const;

const PAGE = 50;

/** `ws` is the workspace's id. Pages of fifty, in the order in which people were added. */
export const peopleQuery = (ws: string, filter: PeopleFilter) =>
  infiniteQueryOptions({
    queryKey: [...peopleKey(ws), 'list', filter],
    queryFn: ({ signal, pageParam }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/users', {
          params: {
            path: { ws },
            query: { ...filter, limit: PAGE, ...(pageParam !== undefined && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

/** The first few who fit, for choosing one of them. */
export const findPeopleQuery = (ws: string, q: string) =>
  queryOptions({
    queryKey: [...peopleKey(ws), 'find', q],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/users', {
          params: { path: { ws }, query: { q, status: 'active', limit: 8 } },
          signal,
        }),
      ),
    enabled: q !== '',
  });

/** Every group that someone is in, with what is to be sent to the server so that `key` is or is not among them. */
export function groupsWith(person: Pick<ListedUser, 'groups'>, key: string, member: boolean): string[] {
  const others = person.groups.filter((one) => one !== key);
  return member ? [...others, key] : others;
}
