/**
 * A call that did not succeed, as `application/problem+json` (RFC 9457) tells it. Owns reading it; refuses words for
 * people: those are the console's, by `code`.
 */

/** One value at fault; `pointer` is a JSON pointer (RFC 6901) into the body that was sent. */
export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

/** `status` is 0 when no answer came at all, and `code` then `unreachable`. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** The server's own words, in English. */
    readonly detail: string,
    readonly faults: readonly Fault[] = [],
    /** The whole document, for what a code adds to it. */
    readonly document: Readonly<Record<string, unknown>> = {},
    /** Seconds after which it makes sense to ask again. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }
}

/** Makes a problem of whatever an operation answered or threw. */
export function toProblem(error: unknown, response?: Response): Problem {
  if (error instanceof Problem) return error;
  if (!response) return new Problem(0, 'unreachable', error instanceof Error ? error.message : String(error));
  const document = isRecord(error) ? error : {};
  const word = (key: string): string | undefined =>
    typeof document[key] === 'string' ? (document[key] as string) : undefined;
  const faults = Array.isArray(document.errors) ? document.errors.filter(isFault) : [];
  const after = Number(response.headers.get('retry-after'));
  return new Problem(
    response.status,
    word('code') ?? 'unknown',
    word('detail') ?? word('title') ?? response.statusText,
    faults,
    document,
    after > 0 ? after : null,
  );
}

/**
 * An answer as it comes: the schema calls a value that may be null optional, but the server always says it. Requests
 * are another matter, so this is for answers only.
 */
export type Answered<T> = T extends readonly (infer Item)[]
  ? Answered<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Answered<T[Key]> }
    : T;

/** Waits for an operation of the client and gives its data, or throws a {@link Problem}. */
export async function ask<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Answered<NonNullable<T>>> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw toProblem(cause);
  }
  if (!answer.response.ok) throw toProblem(answer.error, answer.response);
  return answer.data as Answered<NonNullable<T>>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFault(value: unknown): value is Fault {
  return isRecord(value) && typeof value.pointer === 'string' && typeof value.detail === 'string';
}
