import { describe, expect, it } from 'vitest';
import { paceOf, see } from './progress';

describe('paceOf', () => {
  it('says nothing before there is enough to tell', () => {
    expect(paceOf([], 100)).toBeNull();
    expect(paceOf([{ at: 0, done: 5 }], 100)).toBeNull();
    const early = [
      { at: 0, done: 0 },
      { at: 500, done: 50 },
    ];
    expect(paceOf(early, 100)).toBeNull();
  });
  it('says rows per second and seconds left', () => {
    const seen = [
      { at: 0, done: 0 },
      { at: 2000, done: 400 },
    ];
    expect(paceOf(seen, 1000)).toEqual({ rate: 200, left: 3 });
  });
  it('says nothing while it stands still', () => {
    const seen = [
      { at: 0, done: 400 },
      { at: 4000, done: 400 },
    ];
    expect(paceOf(seen, 1000)).toBeNull();
  });
});

describe('see', () => {
  it('forgets what was long ago', () => {
    expect(see([{ at: 0, done: 1 }], { at: 20_000, done: 9 })).toEqual([{ at: 20_000, done: 9 }]);
  });
  it('begins anew when the import does', () => {
    expect(see([{ at: 0, done: 900 }], { at: 1000, done: 3 })).toEqual([{ at: 1000, done: 3 }]);
  });
});
