import { ApiError, type Item } from '@belfry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { item, setUp } from '../../../packages/inbox/src/store.fixture';
import { Unsaved } from './unsaved';

const page = (...items: Item[]) => ({ items, next: null });
const never = new Promise(() => undefined);

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

async function reopened(...items: Item[]) {
  const opened = setUp([page(...items)]);
  await opened.store.refresh();
  await new Unsaved('spring', 'ann').resume(opened.store, opened.client);
  return opened;
}

describe('what a page was left with', () => {
  it('is done at the next opening, and once', async () => {
    const left = new Unsaved('spring', 'ann');
    left.note(item(1), 'archive', never);
    left.note(item(2), 'delete', never);
    const { ids, change, failures } = await reopened(item(3), item(2), item(1));
    expect(change.mock.calls.map((call: unknown[]) => call.slice(0, 2))).toEqual([
      ['i1', 'archive'],
      ['i2', 'delete'],
    ]);
    expect(ids()).toBe('i3');
    expect(failures).toEqual([]);
    expect((await reopened(item(3))).change).not.toHaveBeenCalled();
  });

  it('is forgotten when the server answered after all', async () => {
    new Unsaved('spring', 'ann').note(item(1), 'archive', Promise.resolve(true));
    await Promise.resolve();
    expect((await reopened(item(1))).change).not.toHaveBeenCalled();
  });

  it('is not said again when it was done after all', async () => {
    new Unsaved('spring', 'ann').note(item(1), 'archive', never);
    expect((await reopened(item(3))).change).not.toHaveBeenCalled();
  });

  it('leaves an item with news where it is', async () => {
    new Unsaved('spring', 'ann').note(item(1), 'archive', never);
    const { ids, change } = await reopened(item(1, { count: 2, created_at: '2026-05-02T00:00:00Z' }));
    expect(change).not.toHaveBeenCalled();
    expect(ids()).toBe('i1');
  });

  it('is deleted where it stands in the archive', async () => {
    new Unsaved('spring', 'ann').note(item(1), 'delete', never);
    const { change, failures } = await reopened(item(3));
    expect(change).toHaveBeenCalledExactlyOnceWith('i1', 'delete');
    expect(failures).toEqual([]);
  });

  it('is said again of what is further down, and nobody hears that it was done already', async () => {
    new Unsaved('spring', 'ann').note(item(1), 'delete', never);
    const opened = setUp([{ items: [item(9)], next: 'more' }]);
    opened.change.mockRejectedValue(new ApiError(404, 'not_found', ''));
    await opened.store.refresh();
    await new Unsaved('spring', 'ann').resume(opened.store, opened.client);
    expect(opened.change).toHaveBeenCalledExactlyOnceWith('i1', 'delete');
    expect(opened.failures).toEqual([]);
    expect((await reopened(item(9))).change).not.toHaveBeenCalled();
  });

  it('is archived where it is further down', async () => {
    new Unsaved('spring', 'ann').note(item(1), 'archive', never);
    const opened = setUp([{ items: [item(9)], next: 'more' }]);
    await opened.store.refresh();
    await new Unsaved('spring', 'ann').resume(opened.store, opened.client);
    expect(opened.change).toHaveBeenCalledExactlyOnceWith('i1', 'archive');
  });

  it('is not forgotten when the connection is lost again', async () => {
    new Unsaved('spring', 'ann').note(item(1), 'delete', never);
    const opened = setUp([page(item(9))]);
    opened.change.mockRejectedValue(new ApiError(0, 'unreachable', ''));
    await opened.store.refresh();
    await new Unsaved('spring', 'ann').resume(opened.store, opened.client);
    expect((await reopened(item(9))).change).toHaveBeenCalledExactlyOnceWith('i1', 'delete');
  });

  it('waits while there is no connection', async () => {
    const left = new Unsaved('spring', 'ann');
    left.note(item(1), 'archive', never);
    const offline = setUp([new Error('offline')]);
    await offline.store.refresh();
    await left.resume(offline.store, offline.client);
    expect(offline.change).not.toHaveBeenCalled();
    expect((await reopened(item(1))).change).toHaveBeenCalledOnce();
  });

  it('is nobody else’s, and survives a note that cannot be read', async () => {
    new Unsaved('spring', 'ben').note(item(1), 'archive', never);
    new Unsaved('autumn', 'ann').note(item(1), 'archive', never);
    expect((await reopened(item(1))).change).not.toHaveBeenCalled();
    localStorage.setItem('belfry-unsaved spring ann', '{');
    expect((await reopened(item(1))).change).not.toHaveBeenCalled();
  });
});
