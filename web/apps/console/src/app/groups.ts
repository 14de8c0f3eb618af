/** The groups of a workspace: chosen from in many rooms, so that all of them are loaded once. */

import { ask, type Group } from '@belfry/api/console';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api';

const PAGE = 500;
/** More groups than anybody can choose from; the rest is found by searching for people. */
const MOST = 5_000;

export const groupsKey = (ws: string) => ['w', ws, 'groups'] as const;

/** `ws` is the workspace's id. By name. */
export const groupsQuery = (ws: string) =>
  queryOptions({
    queryKey: groupsKey(ws),
    queryFn: async ({ signal }): Promise<Group[]> => {
      const all: Group[] = [];
      let cursor: string | undefined;
      do {
        const page = await ask(
          api.GET('/v1/workspaces/{ws}/groups', {
            params: { path: { ws }, query: { limit: PAGE, ...(cursor !== undefined && { cursor }) } },
            signal,
          }),
        );
        all.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined && all.length < MOST);
      return all.sort((a, b) => a.name.localeCompare(b.name));
    },
    staleTime: 30_000,
  });
