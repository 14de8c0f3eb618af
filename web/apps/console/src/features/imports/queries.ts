/** What the import wizard asks the server. */

import { ask, type Import } from '@belfry/api/console';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';

const WHILE_WORKING_MS = 1_000;
/** Someone on the server goes on with an interrupted one by itself. */
const WHILE_INTERRUPTED_MS = 5_000;
const LATEST = 10;

export const isWorking = (it: Pick<Import, 'status'>): boolean =>
  it.status === 'checking' || it.status === 'running' || it.status === 'uploading';

/** How soon to look again; never, where nothing happens by itself. */
function pace(items: readonly Import[]): number | false {
  if (items.some(isWorking)) return WHILE_WORKING_MS;
  return items.some((one) => one.status === 'interrupted') ? WHILE_INTERRUPTED_MS : false;
}

export const importsKey = (ws: string) => ['w', ws, 'imports'] as const;

/** `ws` is the workspace's id. */
export const importQuery = (ws: string, id: string) =>
  queryOptions({
    queryKey: [...importsKey(ws), id],
    queryFn: ({ signal }) =>
      ask(api.GET('/v1/workspaces/{ws}/imports/{id}', { params: { path: { ws, id } }, signal })),
    refetchInterval: ({ state }) => (state.data ? pace([state.data]) : false),
  });

/** The latest few. */
export const importsQuery = (ws: string) =>
  queryOptions({
    queryKey: [...importsKey(ws), 'latest'],
    queryFn: ({ signal }) =>
      ask(
        api.GET('/v1/workspaces/{ws}/imports', {
          params: { path: { ws }, query: { limit: LATEST } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (state.data ? pace(state.data.items) : false),
  });

/** Sends the file as it is: the server finds out what is in it. */
export const upload = (ws: string, file: File): Promise<Import> =>
  ask(
    api.POST('/v1/workspaces/{ws}/imports', {
      params: { path: { ws }, query: { filename: file.name } },
      body: file,
      bodySerializer: (body) => body as Blob,
      headers: { 'content-type': 'text/csv' },
    }),
  );

/** Address of the rejected rows as a file; the browser sends the session with it. */
export const rejectsUrl = (ws: string, id: string): string =>
  `/v1/workspaces/${encodeURIComponent(ws)}/imports/${encodeURIComponent(id)}/rejects`;
