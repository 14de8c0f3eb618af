/** The person that the operator is in a workspace. */

import { ask } from '@belfry/api/console';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';

const WAITING_MS = 3_000;

/** `ws` is the workspace's id. While there is no device it is asked often: it is being connected elsewhere. */
export const myselfQuery = (ws: string) =>
  queryOptions({
    queryKey: ['w', ws, 'myself'],
    queryFn: ({ signal }) => ask(api.GET('/v1/workspaces/{ws}/myself', { params: { path: { ws } }, signal })),
    refetchInterval: ({ state }) => (state.data && state.data.devices === 0 ? WAITING_MS : false),
  });
