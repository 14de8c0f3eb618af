/** Everything that needs somebody to be signed in; who is not comes back here afterwards. */

import { createFileRoute, Outlet, redirect } from '@tanstack/react-router';
import { firstWorkspace, sessionQuery, useSession, useWorkspaceOfAddress } from '../app/session';
import { NotFound } from '../components/Missing';
import { Shell } from '../frame/Shell';

export const Route = createFileRoute('/_in')({
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (!session) {
      const next = location.href === '/' ? {} : { next: location.href };
      throw redirect({ to: '/sign-in', search: next, replace: true });
    }
    return { session };
  },
  component: Inside,
  notFoundComponent: NotFound,
});

function Inside() {
  const session = useSession();
  const ofAddress = useWorkspaceOfAddress();
  return (
    <Shell workspace={ofAddress ?? firstWorkspace(session)}>
      <Outlet />
    </Shell>
  );
}
