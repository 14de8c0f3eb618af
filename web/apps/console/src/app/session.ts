/** Who is signed in, which workspace is looked at, and what may be done there. */

import {
  ask,
  type Permission,
  Problem,
  type Session,
  type SessionOrganization,
  type SessionWorkspace,
} from '@belfry/api/console';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, askToSignIn } from './api';

const LAST = 'belfry.workspace';

/** Null where nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal, client }): Promise<Session | null> => {
    try {
      return await ask(api.GET('/v1/session', { signal }));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      const before = client.getQueryData<Session | null>(['session']);
      // It ended while somebody was at work: the page stays as it is under the dialog.
      if (before) void askToSignIn();
      return before ?? null;
    }
  },
  staleTime: 60_000,
});

/** The workspace looked at, with the organization around it. */
export interface CurrentWorkspace extends SessionWorkspace {
  organization: Omit<SessionOrganization, 'workspaces'>;
}

/** Every workspace of a session, in the order of the organizations. */
export function workspacesOf(session: Session | null | undefined): CurrentWorkspace[] {
  return (session?.organizations ?? []).flatMap(({ workspaces, ...organization }) =>
    workspaces.map((workspace) => ({ ...workspace, organization })),
  );
}

/** The workspace to begin with: the one that was looked at last, or else the first. */
export function firstWorkspace(session: Session): CurrentWorkspace | undefined {
  const all = workspacesOf(session);
  return all.find((one) => one.slug === lastSlug()) ?? all[0];
}

export function rememberWorkspace(slug: string): void {
  try {
    localStorage.setItem(LAST, slug);
  } catch {
    // Storage is off: the next visit begins with the first workspace.
  }
}

function lastSlug(): string | null {
  try {
    return localStorage.getItem(LAST);
  } catch {
    return null;
  }
}

/** The session; only below a route that needs one. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('this part of the console needs a session');
  return data;
}

/** The workspace of the address; undefined on pages that belong to none. */
export function useWorkspaceOfAddress(): CurrentWorkspace | undefined {
  const { data } = useQuery(sessionQuery);
  const { ws } = useParams({ strict: false });
  return workspacesOf(data).find((one) => one.slug === ws);
}

/** The workspace of the address; only below `/w/{slug}`. */
export function useWorkspace(): CurrentWorkspace {
  const workspace = useWorkspaceOfAddress();
  if (!workspace) throw new Error('this part of the console needs a workspace');
  return workspace;
}

/** Whether the operator may do this in the workspace looked at. The server decides again. */
export function useMay(permission: Permission): boolean {
  return useWorkspaceOfAddress()?.permissions.includes(permission) ?? false;
}
