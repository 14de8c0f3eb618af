/**
 * The typed client of an operator's session. Owns the header that proves a call is not a foreign page's, and what
 * happens when the session ends in the middle of work: it is asked for once more and the call is repeated.
 */

import createClient, { type Client } from 'openapi-fetch';
import type { ConsolePaths } from './paths';

export type ConsoleClient = Client<ConsolePaths>;

export interface ConsoleClientOptions {
  baseUrl?: string;
  /** Resolves with true once somebody has signed in again; false gives the 401 to whoever called. */
  signIn?: () => Promise<boolean>;
  fetch?: typeof fetch;
}

/** These answer 401 to say that what was typed is wrong, or that nobody is signed in: nobody is asked about that. */
const OWN_ANSWER = ['/v1/session', '/v1/setup', '/v1/password-reset'];

export function consoleClient(options: ConsoleClientOptions = {}): ConsoleClient {
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  return createClient<ConsolePaths>({
    ...(options.baseUrl !== undefined && { baseUrl: options.baseUrl }),
    headers: { 'x-belfry-console': '1' },
    credentials: 'same-origin',
    cache: 'no-store',
    fetch: async (request: Request) => {
      // A body can be read once only, so the second try needs a copy that was made before the first.
      const again = request.clone();
      const response = await send(request);
      if (response.status !== 401 || !options.signIn) return response;
      if (OWN_ANSWER.includes(new URL(request.url, globalThis.location?.href).pathname)) return response;
      return (await options.signIn()) ? send(again) : response;
    },
  });
}
