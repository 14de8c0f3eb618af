/**
 * Calls `/v1/me/*` with a bearer token. Owns requests, the one retry after a 401 and the shape of errors.
 * Refuses to keep state: what was loaded belongs to the inbox store.
 */

import type { Item, Me, Page, Receipt, WebPushSubscription } from './types';

/** Gives the user's token; called again with `true` when the server refused the last one. */
export type TokenSource = (refused: boolean) => Promise<string | undefined>;

/** A call that did not succeed. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** The token is missing, expired, revoked, or not for this place. */
  get refused(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** Where and as whom calls are made. `baseUrl` has no trailing slash; it is empty on the server's own pages. */
export interface ClientOptions {
  baseUrl?: string;
  token: TokenSource;
  fetch?: typeof fetch;
}

interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
  accept?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export class MeClient {
  readonly #base: string;
  readonly #token: TokenSource;
  readonly #fetch: typeof fetch;

  constructor(options: ClientOptions) {
    this.#base = options.baseUrl ?? '';
    this.#token = options.token;
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  me = (): Promise<Me> => this.#json('/v1/me');

  inbox = (query: { limit?: number; cursor?: string | null; unread?: boolean }): Promise<Page<Item>> => {
    const search = new URLSearchParams();
    if (query.limit) search.set('limit', String(query.limit));
    if (query.cursor) search.set('cursor', query.cursor);
    if (query.unread) search.set('unread', 'true');
    const text = search.toString();
    return this.#json(`/v1/me/inbox${text && `?${text}`}`);
  };

  item = (id: string): Promise<Item> => this.#json(`/v1/me/inbox/${encodeURIComponent(id)}`);

  unreadCount = async (): Promise<number> =>
    (await this.#json<{ count: number }>('/v1/me/inbox/unread-count')).count;

  change = (id: string, verb: 'read' | 'unread' | 'archive', keepalive = false): Promise<unknown> =>
    this.request(`/v1/me/inbox/${encodeURIComponent(id)}/${verb}`, { method: 'POST', keepalive });

  readAll = (): Promise<unknown> => this.request('/v1/me/inbox/read-all', { method: 'POST' });

  receipts = (receipts: Receipt[]): Promise<unknown> =>
    this.request('/v1/me/receipts', { method: 'POST', body: { receipts }, keepalive: true });

  pushKey = async (): Promise<string> => (await this.#json<{ key: string }>('/v1/push/public-key')).key;

  addWebPush = (subscription: WebPushSubscription, userAgent: string): Promise<{ id: string }> =>
    this.#json('/v1/me/devices', {
      method: 'POST',
      body: { kind: 'web_push', subscription, user_agent: userAgent },
    });

  removeDevice = (id: string): Promise<unknown> =>
    this.request(`/v1/me/devices/${encodeURIComponent(id)}`, { method: 'DELETE' });

  /** One call; after a 401 the token source is asked once more. Throws {@link ApiError}. */
  async request(path: string, call: Call = {}): Promise<Response> {
    const token = await this.#token(false);
    let response = await this.#send(path, call, token);
    if (response.status === 401) {
      const fresh = await this.#token(true);
      if (fresh && fresh !== token) response = await this.#send(path, call, fresh);
    }
    if (response.ok) return response;
    throw await toError(response);
  }

  async #send(path: string, call: Call, token: string | undefined): Promise<Response> {
    const headers: Record<string, string> = { accept: call.accept ?? 'application/json', ...call.headers };
    if (token) headers.authorization = `Bearer ${token}`;
    if (call.body !== undefined) headers['content-type'] = 'application/json';
    try {
      return await this.#fetch(this.#base + path, {
        method: call.method ?? 'GET',
        headers,
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        ...(call.keepalive && { keepalive: true }),
        ...(call.signal && { signal: call.signal }),
      });
    } catch (cause) {
      if (call.signal?.aborted) throw cause;
      throw new ApiError(0, 'unreachable', String(cause));
    }
  }

  async #json<T>(path: string, call?: Call): Promise<T> {
    const response = await this.request(path, call);
    try {
      return (await response.json()) as T;
    } catch (cause) {
      throw new ApiError(0, 'unreadable', String(cause));
    }
  }
}

/** Reads problem+json where there is some. */
async function toError(response: Response): Promise<ApiError> {
  let problem: { code?: string; title?: string; detail?: string } = {};
  try {
    problem = await response.json();
  } catch {
    // A proxy's page or an empty body: the status says enough.
  }
  return new ApiError(
    response.status,
    problem.code ?? 'unknown',
    problem.detail ?? problem.title ?? response.statusText,
  );
}
