/** What the rooms about groups ask the server, besides the list of all of them. */

import { ask } from '@belfry/api/console';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';

/** One group by its key. */
export const groupQuery = (ws: string, key: string) =>
  queryOptions({
    queryKey: [...groupsKey(ws), key],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/workspaces/{ws}/groups/{key}', { params: { path: { ws, key } }, signal })),
  });
