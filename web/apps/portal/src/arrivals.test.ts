import type { Item } from '@belfry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Arrivals } from './arrivals';

const item = (id: string) => ({ id }) as Item;

function setUp() {
  const one = vi.fn();
  const many = vi.fn();
  const aloud = vi.fn();
  const receipts = vi.fn(async () => undefined);
  return { one, many, aloud, receipts, arrivals: new Arrivals({ receipts }, { one, many, aloud }) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('items that arrive', () => {
  it('are shown one by one while they are few, with one call for their receipts', () => {
    const { arrivals, one, many, receipts } = setUp();
    arrivals.add(item('a'));
    arrivals.add(item('b'));
    vi.advanceTimersByTime(300);
    expect(one.mock.calls.map(([shown]) => shown.id)).toEqual(['a', 'b']);
    expect(many).not.toHaveBeenCalled();
    expect(receipts).toHaveBeenCalledExactlyOnceWith([
      { item_id: 'a', kind: 'displayed' },
      { item_id: 'b', kind: 'displayed' },
    ]);
  });

  it('are counted in a storm, until it is calm again', () => {
    const { arrivals, one, many, receipts } = setUp();
    for (let n = 0; n < 150; n++) arrivals.add(item(`a${n}`));
    vi.advanceTimersByTime(300);
    arrivals.add(item('b'));
    vi.advanceTimersByTime(300);
    expect(many.mock.calls).toEqual([[150], [151]]);
    expect(one).not.toHaveBeenCalled();
    expect(receipts).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(5_000);
    arrivals.add(item('c'));
    vi.advanceTimersByTime(300);
    expect(one).toHaveBeenCalledOnce();
  });

  it('are counted too when they drip fast', () => {
    const { arrivals, one, many } = setUp();
    for (let n = 0; n < 40; n++) {
      arrivals.add(item(`a${n}`));
      vi.advanceTimersByTime(250);
    }
    expect(one.mock.calls.length).toBe(2);
    expect(many.mock.calls.at(-1)?.[0]).toBeGreaterThan(30);
  });

  it('are said aloud together, not one by one', () => {
    const { arrivals, aloud } = setUp();
    for (let n = 0; n < 2_000; n++) {
      arrivals.add(item(`a${n}`));
      vi.advanceTimersByTime(5);
    }
    expect(aloud.mock.calls.length).toBeLessThanOrEqual(3);
    vi.advanceTimersByTime(20_000);
    expect(aloud.mock.calls.reduce((sum, [count]) => sum + count, 0)).toBe(2_000);
    arrivals.add(item('b'));
    vi.advanceTimersByTime(1_000);
    expect(aloud).toHaveBeenLastCalledWith(1, item('b'));
    // Whoever comes after somebody else hears nothing of theirs.
    arrivals.add(item('c'));
    arrivals.stop();
    aloud.mockClear();
    vi.advanceTimersByTime(20_000);
    expect(aloud).not.toHaveBeenCalled();
  });

  it('are not reported as displayed by a page that nobody sees', () => {
    vi.stubGlobal('document', { visibilityState: 'hidden' });
    const { arrivals, one, receipts } = setUp();
    arrivals.add(item('a'));
    vi.advanceTimersByTime(300);
    expect(one).toHaveBeenCalledOnce();
    expect(receipts).not.toHaveBeenCalled();
  });
});
