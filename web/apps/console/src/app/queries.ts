/** The cache of what the server said. Owns when it is asked again and which failures are tried once more. */

import { Problem } from '@belfry/api/console';
import { QueryClient } from '@tanstack/react-query';

/** A refusal stays one; what the network or a busy server did may be different a second later. */
function worthAnotherTry(failures: number, error: Error): boolean {
  const passing = !(error instanceof Problem) || error.status === 0 || error.status >= 502;
  return passing && failures < 2;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 10 * 60_000,
      retry: worthAnotherTry,
      retryDelay: (failures) => 400 * 2 ** failures,
      // The server may be on this machine or in this house: `navigator.onLine` knows nothing of that.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
