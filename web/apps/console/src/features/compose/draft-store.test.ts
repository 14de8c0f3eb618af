import { Problem } from '@belfry/api/console';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DraftCalls, DraftStore } from './draft-store';
import { keptIn } from './kept';
import { BLANK, type KnownDraft } from './writing';

const conflict = (current: KnownDraft) => new Problem(409, 'revision_conflict', 'changed', [], { current });
const away = () => new Problem(0, 'unreachable', 'no answer');

/** A server with one draft, and a browser with storage. */
function world() {
  const server: { draft: KnownDraft | undefined; fails: unknown; calls: unknown[] } = {
    draft: undefined,
    fails: undefined,
    calls: [],
  };
  const answer = async (call: unknown, act: () => KnownDraft): Promise<KnownDraft> => {
    server.calls.push(call);
    if (server.fails) throw server.fails;
    return structuredClone(act());
  };
  const stored = (): KnownDraft => {
    if (!server.draft) throw new Problem(404, 'not_found', 'gone');
    return server.draft;
  };
  const calls: DraftCalls = {
    load: () => answer('load', stored),
    create: (fields) =>
      answer(fields, () => {
        server.draft = {
          ...fields,
          id: 'd1',
          revision: 1,
          updated_at: '2026-01-01T10:00:00Z',
          updated_by: null,
        };
        return server.draft;
      }),
    change: (_, fields) =>
      answer(fields, () => {
        const draft = stored();
        if (fields.revision !== draft.revision) throw conflict(draft);
        server.draft = { ...draft, ...fields, revision: draft.revision + 1 };
        return server.draft;
      }),
  };
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const open = (id: string | null) => {
    const store = new DraftStore(id, calls, keptIn(storage, 'w', 'o'));
    store.open();
    return store;
  };
  return { server, items, open };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('makes a draft of the first input and then saves only what changed', async () => {
  const { server, items, open } = world();
  const store = open(null);
  store.change({ title: 'Doors' });
  store.change({ title: 'Doors open' });
  expect(store.snapshot().state).toBe('unsaved');
  await vi.runAllTimersAsync();
  expect(store.snapshot()).toMatchObject({ id: 'd1', revision: 1, state: 'saved' });
  store.change({ message: 'At nine' });
  await vi.runAllTimersAsync();
  expect(server.calls).toEqual([
    expect.objectContaining({ title: 'Doors open' }),
    { revision: 1, message: 'At nine' },
  ]);
  expect(items.size).toBe(0);
});

it('keeps what is typed while a save is on its way', async () => {
  const { server, open } = world();
  const store = open(null);
  store.change({ title: 'a' });
  await vi.advanceTimersByTimeAsync(700);
  store.change({ title: 'ab' });
  expect(store.snapshot().writing.title).toBe('ab');
  await vi.runAllTimersAsync();
  expect(server.draft).toMatchObject({ title: 'ab', revision: 2 });
  expect(store.snapshot().state).toBe('saved');
});

it('saves somebody who never pauses', async () => {
  const { server, open } = world();
  const store = open(null);
  for (let key = 0; key < 20; key += 1) {
    store.change({ title: 'x'.repeat(key + 1) });
    await vi.advanceTimersByTimeAsync(400);
  }
  expect(server.calls.length).toBeGreaterThan(0);
});

it('tries again while the server is away, and a reload brings everything back', async () => {
  const { server, items, open } = world();
  const store = open(null);
  server.fails = away();
  store.change({ title: 'Kept' });
  await vi.advanceTimersByTimeAsync(800);
  expect(store.snapshot().state).toBe('away');
  expect(items.size).toBe(1);
  server.fails = undefined;
  const reloaded = open(null);
  expect(reloaded.snapshot()).toMatchObject({ restored: true, state: 'unsaved' });
  await vi.advanceTimersByTimeAsync(800);
  expect(server.draft?.title).toBe('Kept');
  expect(items.size).toBe(0);
});

it('asks when another tab was quicker, and either version can win', async () => {
  for (const choice of ['keepMine', 'takeTheirs'] as const) {
    const { server, items, open } = world();
    const first = open(null);
    first.change({ title: 'One', message: 'Same' });
    await vi.runAllTimersAsync();
    const second = open('d1');
    await vi.runAllTimersAsync();
    second.change({ title: 'Theirs' });
    await vi.runAllTimersAsync();
    first.change({ title: 'Mine' });
    await vi.runAllTimersAsync();
    expect(first.snapshot()).toMatchObject({ state: 'conflict', theirs: { title: 'Theirs' } });
    expect(first.snapshot().writing.title).toBe('Mine');
    first[choice]();
    await vi.runAllTimersAsync();
    const title = choice === 'keepMine' ? 'Mine' : 'Theirs';
    expect(first.snapshot()).toMatchObject({ state: 'saved', writing: { title, message: 'Same' } });
    expect(server.draft).toMatchObject({ title, message: 'Same' });
    expect(items.size).toBe(0);
  }
});

it('compares what this browser kept with a draft that went on without it', async () => {
  const { server, open } = world();
  const store = open(null);
  store.change({ title: 'One' });
  await vi.runAllTimersAsync();
  server.fails = away();
  store.change({ title: 'Kept here' });
  store.close();
  await vi.advanceTimersByTimeAsync(100);
  server.fails = undefined;
  if (server.draft) server.draft = { ...server.draft, title: 'Changed there', revision: 9 };
  const again = open('d1');
  await vi.advanceTimersByTimeAsync(10);
  expect(again.snapshot()).toMatchObject({ state: 'conflict', writing: { title: 'Kept here' } });
});

it('gives the revision that holds what is on the page, or says why there is none', async () => {
  const { server, open } = world();
  const store = open(null);
  store.change({ title: 'Now' });
  await expect(store.settle()).resolves.toEqual({ id: 'd1', revision: 1 });
  store.change({ title: 'Too long' });
  server.fails = new Problem(422, 'validation_failed', 'too long');
  await expect(store.settle()).rejects.toMatchObject({ code: 'validation_failed' });
  expect(store.snapshot().state).toBe('refused');
});

it('says that a draft is none any more, and keeps the words', async () => {
  const { server, open } = world();
  const store = open(null);
  store.change({ title: 'One' });
  await vi.runAllTimersAsync();
  server.fails = new Problem(409, 'not_a_draft', 'sent');
  store.change({ title: 'Two' });
  await vi.runAllTimersAsync();
  expect(store.snapshot()).toMatchObject({ state: 'gone', writing: { ...BLANK, title: 'Two' } });
});

it('does not take what is broken, old, or of another form', () => {
  const { items, open } = world();
  const key = 'belfry.draft.w.o.new';
  for (const value of [
    '{',
    '7',
    '{"revision":0,"at":0,"writing":{}}',
    `{"revision":0,"at":${Date.now()},"writing":{"title":"x"}}`,
  ]) {
    items.set(key, value);
    expect(open(null).snapshot().state).toBe('blank');
  }
});
