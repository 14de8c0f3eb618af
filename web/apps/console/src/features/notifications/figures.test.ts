import { expect, it } from 'vitest';
import { byChannel, byReason, groups, quarter, runs, total } from './figures';

const counts = {
  web_push: { success: 790, failed: 3, expired: 2, pending: 18, sending: 7, suppressed: 1 },
  inbox: { success: 1204 },
  live: {},
};

it('adds up, by channel and in all', () => {
  const channels = byChannel(counts);
  expect(channels.map((one) => one.channel)).toEqual(['inbox', 'web_push']);
  for (const { tally } of [...channels, { tally: total(counts) }]) {
    expect(groups.reduce((sum, key) => sum + tally[key], 0)).toBe(tally.of);
  }
  expect(total(counts)).toMatchObject({ of: 2025, delivered: 1994, failed: 3, remaining: 25 });
});

it('counts a state that it does not know as remaining', () => {
  expect(total({ web_push: { success: 1, resting: 4 } } as never)).toMatchObject({ of: 5, remaining: 4 });
});

it('puts channels that it does not know last', () => {
  const channels = byChannel({ pigeon: { success: 1 }, web_push: { success: 1 } } as never);
  expect(channels.map((one) => one.channel)).toEqual(['web_push', 'pigeon']);
});

it('groups failures by reason, the most frequent first', () => {
  const found = byReason([
    { reason: 'rejected', detail: '413 Payload Too Large', count: 2 },
    { reason: 'gone', detail: '410 Gone', count: 9 },
    { reason: 'gone', detail: '404 Not Found', count: 3 },
    { reason: 'run_time_over', detail: '', count: 1 },
  ]);
  expect(found.map(({ reason, count }) => [reason, count])).toEqual([
    ['gone', 12],
    ['rejected', 2],
    ['run_time_over', 1],
  ]);
  expect(found[0]?.details).toEqual([
    { detail: '410 Gone', count: 9 },
    { detail: '404 Not Found', count: 3 },
  ]);
  expect(found[2]?.details).toEqual([]);
});

it('knows what may still change', () => {
  expect(runs({ status: 'sending', finished_at: null })).toBe(true);
  expect(runs({ status: 'cancelled', finished_at: null })).toBe(true);
  expect(runs({ status: 'cancelled', finished_at: '2026-11-21T09:00:00Z' })).toBe(false);
  expect(runs({ status: 'draft', finished_at: null })).toBe(false);
});

it('says a quarter once it is done', () => {
  expect([quarter(0, 0), quarter(249, 1000), quarter(250, 1000), quarter(1000, 1000)]).toEqual([0, 0, 1, 4]);
});
