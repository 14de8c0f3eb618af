import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { announcing } from './announcing';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is said aloud', () => {
  it('comes soon, and is taken back so that the same can be said again', () => {
    const said: unknown[] = [];
    const add = announcing<string>((...words) => said.push(words));
    add('a');
    vi.advanceTimersByTime(1_000);
    expect(said).toEqual([[1, 'a']]);
    vi.advanceTimersByTime(60_000);
    expect(said).toEqual([
      [1, 'a'],
      [0, 'a'],
    ]);
    add('b');
    add('c');
    vi.advanceTimersByTime(1_000);
    expect(said.at(-1)).toEqual([2, 'c']);
    expect(said).toHaveLength(3);
  });

  it('is one sentence in five seconds under a storm, and counts all of it', () => {
    const said: number[] = [];
    const add = announcing<number>((count) => said.push(count));
    for (let n = 0; n < 200 * 60; n++) {
      add(n);
      vi.advanceTimersByTime(5);
    }
    expect(said.length).toBeLessThanOrEqual(13);
    expect(said.length).toBeGreaterThan(10);
    vi.advanceTimersByTime(10_000);
    expect(said.reduce((sum, count) => sum + count, 0)).toBe(12_000);
    expect(said.at(-1)).toBe(0);
  });
});
