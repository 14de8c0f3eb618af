import { ApiError, type Item } from '@belfry/api';
import { describe, expect, it, vi } from 'vitest';
import { item, setUp } from '../../../packages/inbox/src/store.fixture';
import { Changes } from './changes';
import type { Toast } from './toasts';

vi.mock('./toasts', () => ({ dropToast: () => undefined }));

async function opened(...items: Item[]) {
  const all = setUp([{ items, next: null }], items.length);
  await all.store.refresh();
  const toasts: Partial<Toast>[] = [];
  const left: string[] = [];
  const changes = new Changes(all.store, {
    t: (key: string) => key,
    say: (text, extra) => void toasts.push({ ...extra, text }),
    leaves: () => undefined,
    changed: () => undefined,
    left: ({ id }, verb) => void left.push(`${id} ${verb}`),
  });
  const said = () => all.change.mock.calls.map((call: unknown[]) => call.slice(0, 2).join(' '));
  return { ...all, changes, toasts, left, said };
}

describe('what a reader does', () => {
  it('is noted at once when it is archived, and taken back as one', async () => {
    const { changes, toasts, left, said, ids } = await opened(item(3), item(2), item(1));
    await changes.archive(item(3));
    await changes.archive(item(2));
    expect(left).toEqual(['i3 archive', 'i2 archive']);
    expect(toasts.map(({ text }) => text)).toEqual(['inbox.archived', 'inbox.archived_many']);
    toasts[1]?.action?.run();
    await vi.waitFor(() => expect(ids()).toBe('i3 i2 i1'));
    expect(said().slice(2)).toEqual(['i3 unarchive', 'i2 unarchive']);
  });

  it('deletes when its toast goes away', async () => {
    const { changes, toasts, left, said } = await opened(item(2), item(1));
    await changes.remove(item(1));
    expect(said()).toEqual(['i1 archive']);
    toasts[0]?.gone?.();
    await vi.waitFor(() => expect(said()).toEqual(['i1 archive', 'i1 delete']));
    // What comes after it is another toast.
    await changes.remove(item(2));
    expect(toasts[1]?.text).toBe('inbox.removed');
    changes.flush();
    expect(left).toEqual(['i2 delete']);
    expect(said()).toEqual(['i1 archive', 'i1 delete', 'i2 archive', 'i2 delete']);
  });

  it('deletes when the page is left, also before there was an answer, and offers no way back then', async () => {
    const { changes, toasts, left, said } = await opened(item(1));
    const removing = changes.remove(item(1));
    changes.flush();
    expect(said()).toEqual(['i1 archive', 'i1 delete']);
    expect(left).toEqual(['i1 delete']);
    await removing;
    expect(toasts).toEqual([]);
  });

  it('begins a new toast when the page that was left is seen again', async () => {
    const { changes, toasts } = await opened(item(2), item(1));
    await changes.remove(item(2));
    changes.flush();
    await changes.remove(item(1));
    expect(toasts.map(({ text }) => text)).toEqual(['inbox.removed', 'inbox.removed']);
  });

  it('says nothing of what could not be saved', async () => {
    const { changes, change, toasts, left } = await opened(item(2), item(1));
    change.mockRejectedValue(new ApiError(0, 'unreachable', ''));
    await changes.archive(item(2));
    await changes.remove(item(1));
    changes.flush();
    expect(toasts).toEqual([]);
    expect(left).toEqual(['i2 archive']);
  });
});
