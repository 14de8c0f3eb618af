/**
 * One request to the API with a bearer token. Owns the headers, the one retry after a 401 and the shape of errors.
 * Refuses to know what is asked for.
 */

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

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
  accept?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export class Caller {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** One call; after a 401 the token source is asked once more. Throws {@link ApiError}. */
  async request(path: string, call: Call = {}): Promise<Response> {
    const { token } = this.#options;
    const first = await token(false);
    let response = await this.#send(path, call, first);
    if (response.status === 401) {
      const fresh = await token(true);
      if (fresh && fresh !== first) response = await this.#send(path, call, fresh);
    }
    if (response.ok) return response;
    // A proxy's page or an empty body says nothing more than the status does.
    const problem = await response.json().catch(() => ({}));
    throw new ApiError(
      response.status,
      problem.code ?? 'unknown',
      problem.detail ?? problem.title ?? response.statusText,
    );
  }

  async json<T>(path: string, call?: Call): Promise<T> {
    const response = await this.request(path, call);
    try {
      return (await response.json()) as T;
    } catch (cause) {
      throw new ApiError(0, 'unreadable', String(cause));
    }
  }

  async #send(path: string, call: Call, token: string | undefined): Promise<Response> {
    const { baseUrl = '', fetch: send = (input, init) => globalThis.fetch(input, init) } = this.#options;
    const { body, accept = 'application/json', headers, ...rest } = call;
    try {
      return await send(baseUrl + path, {
        ...rest,
        headers: {
          accept,
          ...headers,
          ...(token && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      if (call.signal?.aborted) throw cause;
      throw new ApiError(0, 'unreachable', String(cause));
    }
  }
}
