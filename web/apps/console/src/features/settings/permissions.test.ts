import { expect, it } from 'vitest';
import { inOrder, stateOf } from './permissions';

const now = Date.parse('2026-11-21T09:00:00Z');

it('knows where a key stands', () => {
  expect(stateOf({ revoked_at: '2026-11-20T00:00:00Z', expires_at: '2020-01-01T00:00:00Z' }, now)).toBe(
    'revoked',
  );
  expect(stateOf({ expires_at: '2026-11-21T09:00:00Z' }, now)).toBe('expired');
  expect(stateOf({ expires_at: '2026-12-01T09:00:00Z' }, now)).toBe('ending');
  expect(stateOf({ expires_at: '2027-12-01T09:00:00Z' }, now)).toBe('active');
  expect(stateOf({ expires_at: null }, now)).toBe('active');
});

it('puts what is over last and the newest first', () => {
  const keys = [
    { id: 'old', created_at: '2026-01-01T00:00:00Z' },
    { id: 'over', created_at: '2026-10-01T00:00:00Z', revoked_at: '2026-10-02T00:00:00Z' },
    { id: 'new', created_at: '2026-09-01T00:00:00Z' },
  ];
  expect(inOrder(keys, now).map((key) => key.id)).toEqual(['new', 'old', 'over']);
  expect(keys[0]?.id).toBe('old');
});
