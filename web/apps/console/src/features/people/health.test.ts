import { expect, it } from 'vitest';
import { healthOf } from './health';

const now = new Date('2026-11-21T09:00:00Z');

it('knows a device that is well from one that was not seen for long, and from one that is gone', () => {
  expect(healthOf({ active: true, seen_at: '2026-10-23T09:00:00Z' }, now)).toBe('good');
  expect(healthOf({ active: true, seen_at: '2026-10-21T09:00:00Z' }, now)).toBe('quiet');
  expect(healthOf({ active: false, seen_at: '2026-11-21T08:59:00Z' }, now)).toBe('gone');
});
