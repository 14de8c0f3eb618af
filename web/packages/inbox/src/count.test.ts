import { describe, expect, it } from 'vitest';
import { UnreadCount } from './count';

describe('the count of unread items', () => {
  it('is asked for again when items come that the server may have counted before it said them', async () => {
    let now = 10_000;
    const pauses: (() => void)[] = [];
    const server = { count: 10 };
    const unread = new UnreadCount(
      async () => server.count,
      () => undefined,
      { now: () => new Date(now), pause: () => new Promise((done) => pauses.push(done)) },
    );
    const asked = async () => {
      for (const done of pauses.splice(0)) done();
      await new Promise((done) => setTimeout(done));
    };
    unread.tell(5);
    now += 5_000;
    unread.doubt();
    await asked();
    expect(unread.shown).toBe(10);
    // Three of the ten are on their way still.
    now += 500;
    for (let n = 0; n < 3; n++) unread.ring(true);
    expect(pauses).toHaveLength(1);
    await asked();
    expect(unread.shown).toBe(10);
    // Long after, an item is one more, and nobody is asked.
    now += 5_000;
    unread.ring(true);
    expect(unread.shown).toBe(11);
    expect(pauses).toHaveLength(0);
  });
});
