import { describe, expect, it, vi } from 'vitest';
import { consoleClient } from './client';
import { ask, Problem } from './problem';

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers },
  });

/** A server that gives `answers` one after another, and keeps what it was asked. */
function server(...answers: (Response | Error)[]) {
  const asked: { url: string; method: string; body: string; header: string | null }[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    asked.push({
      url: request.url,
      method: request.method,
      body: await request.text(),
      header: request.headers.get('x-belfry-console'),
    });
    const answer = answers.shift();
    if (!answer) throw new Error('asked once too often');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, fetch: fetch as typeof globalThis.fetch };
}
const baseUrl = 'http://belfry.test';

describe('a session that ends in the middle of work', () => {
  it('repeats the call with its body after a sign-in', async () => {
    const { asked, fetch } = server(json(401, { code: 'unauthenticated' }), json(200, { name: 'Ann' }));
    const signIn = vi.fn(async () => true);
    const api = consoleClient({ baseUrl, fetch, signIn });
    const answer = await ask(api.PATCH('/v1/operator', { body: { name: 'Ann' } }));
    expect(answer).toEqual({ name: 'Ann' });
    expect(signIn).toHaveBeenCalledOnce();
    expect(asked.map((one) => one.body)).toEqual(['{"name":"Ann"}', '{"name":"Ann"}']);
    expect(asked.every((one) => one.header === '1')).toBe(true);
  });

  it('gives the 401 where nobody signs in', async () => {
    const { asked, fetch } = server(json(401, { code: 'unauthenticated' }));
    const api = consoleClient({ baseUrl, fetch, signIn: async () => false });
    await expect(ask(api.PATCH('/v1/operator', { body: { name: 'Ann' } }))).rejects.toMatchObject({
      status: 401,
    });
    expect(asked).toHaveLength(1);
  });

  it('asks nobody when a password was wrong', async () => {
    const { fetch } = server(json(401, { code: 'credentials_wrong' }));
    const signIn = vi.fn(async () => true);
    const api = consoleClient({ baseUrl, fetch, signIn });
    const call = ask(api.POST('/v1/session', { body: { email: 'a@b.example', password: 'x' } }));
    await expect(call).rejects.toMatchObject({ code: 'credentials_wrong' });
    expect(signIn).not.toHaveBeenCalled();
  });
});

describe('problems', () => {
  it('are read with their pointers and Retry-After', async () => {
    const faults = [{ pointer: '/name', code: 'required', detail: 'it must not be empty' }];
    const { fetch } = server(
      json(422, { code: 'validation_failed', detail: 'no', errors: faults }, { 'retry-after': '30' }),
    );
    const error = await ask(
      consoleClient({ baseUrl, fetch }).PATCH('/v1/operator', { body: { name: '' } }),
    ).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 422, code: 'validation_failed', faults, retryAfter: 30 });
  });

  it('stand for no answer at all', async () => {
    const { fetch } = server(new TypeError('failed to fetch'));
    const call = ask(consoleClient({ baseUrl, fetch }).GET('/v1/session'));
    await expect(call).rejects.toMatchObject({ status: 0, code: 'unreachable' });
  });

  it('stand for what a proxy says', async () => {
    const { fetch } = server(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    const call = ask(consoleClient({ baseUrl, fetch }).GET('/v1/session'));
    await expect(call).rejects.toMatchObject({ status: 502, code: 'unknown' });
  });

  it('are none where there is nothing to say', async () => {
    const { fetch } = server(new Response(null, { status: 204 }));
    await expect(ask(consoleClient({ baseUrl, fetch }).DELETE('/v1/session'))).resolves.toBeUndefined();
  });
});
