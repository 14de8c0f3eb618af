import { ApiError, type Item } from '@belfry/api';
import { describe, expect, it, vi } from 'vitest';
import { item, setUp } from '../../../packages/inbox/src/store.fixture';
import { removal } from './removal';

async function opened(...items: Item[]) {
  const all = setUp([{ items, next: null }], items.length);
  await all.store.refresh();
  const said = () => all.change.mock.calls.map((call: unknown[]) => call.slice(0, 2).join(' '));
  return { ...all, said };
}

describe('deleting an item', () => {
  it('archives it at once, and deletes it at the end', async () => {
    const { store, ids, said } = await opened(item(2), item(1));
    const removed = removal(store, item(2));
    expect(ids()).toBe('i1');
    expect(store.snapshot.unread).toBe(1);
    expect(said()).toEqual(['i2 archive']);
    expect(await removed.commit()).toBe(true);
    expect(said()).toEqual(['i2 archive', 'i2 delete']);
    await removed.undo();
    expect(await removed.commit()).toBe(false);
    expect(said()).toEqual(['i2 archive', 'i2 delete']);
    expect(store.snapshot.unread).toBe(1);
  });

  it('can be taken back until then', async () => {
    const { store, ids, said } = await opened(item(2), item(1));
    const removed = removal(store, item(2));
    await removed.undo();
    expect(await removed.commit()).toBe(false);
    expect(said()).toEqual(['i2 archive', 'i2 unarchive']);
    expect(ids()).toBe('i2 i1');
    expect(store.snapshot.unread).toBe(2);
  });

  it('of what is archived hides it, and says nothing before the end', async () => {
    const { store, inbox, ids, said } = await opened();
    inbox.mockResolvedValueOnce({ items: [item(2), item(1)], next: null });
    await store.show('archived');
    const first = removal(store, item(2));
    expect(ids()).toBe('i1');
    await first.undo();
    expect(await first.commit()).toBe(false);
    expect(ids()).toBe('i2 i1');
    const second = removal(store, item(2));
    await second.commit();
    expect(ids()).toBe('i1');
    expect(said()).toEqual(['i2 delete']);
  });

  it('does not delete what has news by then', async () => {
    const { store, ids, said } = await opened(item(1));
    const removed = removal(store, item(1));
    await Promise.resolve();
    await Promise.resolve();
    store.receive(item(1, { count: 2, created_at: '2026-05-09T01:00:00Z' }));
    expect(await removed.commit()).toBe(false);
    expect(ids()).toBe('i1');
    expect(said()).toEqual(['i1 archive']);
  });

  it('does not delete what was put back, here or on another device', async () => {
    const { store, inbox, ids, said } = await opened(item(2), item(1));
    const here = removal(store, item(2));
    await here.gone;
    await store.unarchive(item(2));
    expect(await here.commit()).toBe(false);
    const elsewhere = removal(store, item(1));
    await elsewhere.gone;
    inbox.mockResolvedValueOnce({ items: [item(2), item(1)], next: null });
    store.apply({ kind: 'unarchived', id: 'i1', unread: 2 });
    await vi.waitFor(() => expect(ids()).toBe('i2 i1'));
    expect(await elsewhere.commit()).toBe(false);
    expect(said()).toEqual(['i2 archive', 'i2 unarchive', 'i1 archive']);
  });

  it('does not delete what was put back from the archive elsewhere', async () => {
    const { store, inbox, ids, said } = await opened();
    inbox.mockResolvedValueOnce({ items: [item(1)], next: null });
    await store.show('archived');
    const removed = removal(store, item(1));
    store.apply({ kind: 'unarchived', id: 'i1', unread: 1 });
    await vi.waitFor(() => expect(store.isIn('archived', 'i1')).toBe(false));
    expect(await removed.commit()).toBe(false);
    inbox.mockResolvedValueOnce({ items: [item(1)], next: null });
    await store.show('all');
    expect(ids()).toBe('i1');
    expect(said()).toEqual([]);
  });

  it('does not delete what was put back elsewhere while only what is unread is shown', async () => {
    const { store, inbox, said } = await opened();
    inbox.mockResolvedValueOnce({ items: [item(1)], next: null });
    await store.show('unread');
    const removed = removal(store, item(1));
    await removed.gone;
    inbox.mockResolvedValueOnce({ items: [item(1)], next: null });
    store.apply({ kind: 'unarchived', id: 'i1', unread: 1 });
    await vi.waitFor(() => expect(store.isIn('unread', 'i1')).toBe(true));
    expect(await removed.commit()).toBe(false);
    expect(said()).toEqual(['i1 archive']);
  });

  it('ends where it was gone already', async () => {
    const { store, change, said } = await opened(item(1));
    change.mockImplementationOnce(async () => {
      store.apply({ kind: 'deleted', id: 'i1', unread: 0 });
      throw new ApiError(404, 'not_found', '');
    });
    expect(await removal(store, item(1)).commit()).toBe(false);
    expect(said()).toEqual(['i1 archive']);
  });

  it('has nothing to take back where the server did not hear of it', async () => {
    const { store, change, ids, said } = await opened(item(1));
    change.mockRejectedValueOnce(new ApiError(0, 'unreachable', ''));
    // Before there is an answer.
    await removal(store, item(1)).undo();
    expect(ids()).toBe('i1');
    expect(said()).toEqual(['i1 archive']);
  });

  it('of what is in no list says nothing before the end', async () => {
    const { store, said } = await opened(item(2));
    const removed = removal(store, item(1));
    await removed.undo();
    expect(said()).toEqual([]);
    expect(await removal(store, item(1)).commit()).toBe(true);
    expect(said()).toEqual(['i1 delete']);
  });

  it('ends where the server did not hear of it', async () => {
    const { store, change, ids, failures, said } = await opened(item(1));
    change.mockRejectedValueOnce(new ApiError(0, 'unreachable', ''));
    const removed = removal(store, item(1));
    expect(await removed.commit()).toBe(false);
    expect(await removed.commit(true)).toBe(false);
    await removed.undo();
    expect(ids()).toBe('i1');
    expect(failures).toHaveLength(1);
    expect(said()).toEqual(['i1 archive']);
  });

  it('is said without waiting when the page is left', async () => {
    const { store, change, said } = await opened(item(1));
    change.mockReturnValueOnce(new Promise(() => undefined));
    void removal(store, item(1)).commit(true);
    expect(said()).toEqual(['i1 archive', 'i1 delete']);
    expect(change).toHaveBeenLastCalledWith('i1', 'delete', true);
  });
});
