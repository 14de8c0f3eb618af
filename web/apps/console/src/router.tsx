/** The router: pages are loaded when they are near, and every failure has a page of its own. */

import { createRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { queryClient } from './app/queries';
import { reachable } from './app/reachable';
import { useTranslation } from './app/translation';
import { NotFound } from './components/Missing';
import { Page, Waiting } from './components/Page';
import { Failure } from './components/State';
import { routeTree } from './routeTree.gen';

function Failed({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  // Once the server answers again, nobody has to press anything.
  const again = useEffectEvent(retry);
  useEffect(() => {
    let before = reachable.now();
    return reachable.subscribe(() => {
      if (reachable.now() && !before) again();
      before = reachable.now();
    });
  }, []);
  return (
    <Page title={t('state.failed_page')}>
      <Failure error={error} retry={retry} />
    </Page>
  );
}

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  // Data lives in the query cache; the router keeps none of its own.
  defaultPreloadStaleTime: 0,
  // What no route of an address knows, or could not read, is taken out of it and never asked for.
  search: { strict: true },
  scrollRestoration: true,
  defaultPendingMs: 200,
  defaultPendingComponent: () => <Waiting />,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Failed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
