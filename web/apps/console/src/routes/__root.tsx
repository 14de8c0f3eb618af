/** Around every page: the dialog of a session that ended, and addresses that lead nowhere. */

import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useSyncExternalStore } from 'react';
import { signInNeeded } from '../app/api';
import { NotFound } from '../components/Missing';

const load = () => import('../features/session/SignInDialog');
const SignInDialog = lazy(load);
// It has to be there when the server may not be any more.
setTimeout(() => void load().catch(() => undefined), 10_000);

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: () => (
    <main>
      <NotFound />
    </main>
  ),
});

function Root() {
  const needed = useSyncExternalStore(signInNeeded.subscribe, signInNeeded.now);
  return (
    <>
      <Outlet />
      <Suspense>{needed && <SignInDialog />}</Suspense>
    </>
  );
}
