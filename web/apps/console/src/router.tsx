/** The router: pages are loaded when they are near, and every failure has a page of its own. */

import { createRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queryClient } from './app/queries';
import { NotFound } from './components/Missing';
import { Page, Waiting } from './components/Page';
import { Failure } from './components/State';
import { routeTree } from './routeTree.gen';

function Failed({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  return (
    <Page title={t('state.failed_page')}>
      <Failure
        error={error}
        retry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </Page>
  );
}

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: 'intent',
  // Data lives in the query cache; the router keeps none of its own.
  defaultPreloadStaleTime: 0,
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
