/** Changing the workspace, and letting everything that shows it know. */

import { ask, type WorkspaceChange, type WorkspaceSettings } from '@belfry/api/console';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { sessionQuery, useWorkspace } from '../../app/session';
import { workspaceQuery } from './queries';

export function useChange(): (body: WorkspaceChange) => Promise<WorkspaceSettings> {
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  return async (body) => {
    const settings = await ask(api.PATCH('/v1/workspaces/{ws}', { params: { path: { ws } }, body }));
    client.setQueryData(workspaceQuery(ws).queryKey, settings);
    // Name, icon and zone are in the session, the rest in Home's figures.
    void client.invalidateQueries(sessionQuery);
    for (const noun of ['overview', 'quota']) void client.invalidateQueries({ queryKey: ['w', ws, noun] });
    return settings;
  };
}
