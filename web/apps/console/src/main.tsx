/** Starts the console: language, theme, cache, router. */

import './styles/mantine';
import 'virtual:tokens.css';
import '@belfry/tokens/font.css';
import './styles/base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguage, textsFor } from './app/language';
import { queryClient } from './app/queries';
import { sessionQuery } from './app/session';
import { schemeManager, theme, variables } from './app/theme';
import { watchForUpdates } from './app/update';
import { router } from './router';

const Toaster = lazy(() => import('./frame/Toaster'));

/** The server's, for the styles that components write while they run. */
const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
if (nonce) setNonce(nonce);

// Asked at once, while the texts are still on their way; whoever needs it finds the failure.
void queryClient.prefetchQuery(sessionQuery);
await startLanguage();
watchForUpdates();

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Suspense>
          <Toaster />
        </Suspense>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

// What other rooms say is there before somebody goes to them; a failure shows when it is needed.
setTimeout(() => void textsFor('all').catch(() => undefined), 3_000);
