import { describe, expect, it } from 'vitest';
import { formatFor } from './format';

const en = formatFor('en-GB');
const de = formatFor('de-DE');
const now = new Date('2026-11-21T12:00:00Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();

describe('percent', () => {
  it('never says all where it is not all', () => {
    expect(en.percent(0.99996)).toBe('99.9%');
    expect(en.percent(1)).toBe('100%');
  });
  it('rounds', () => {
    expect(en.percent(27 / 146)).toBe('18.5%');
  });
  it('follows the language', () => {
    expect(de.percent(0.5)).toMatch(/^50\s%$/);
  });
});

describe('relative', () => {
  it('grows with the distance', () => {
    expect(en.relative(ago(5), now)).toBe('now');
    expect(en.relative(ago(60 * 3), now)).toBe('3 minutes ago');
    expect(en.relative(ago(3600 * 5), now)).toBe('5 hours ago');
    expect(en.relative(ago(3600 * 24), now)).toBe('yesterday');
    expect(en.relative(ago(3600 * 24 * 40), now)).toBe('12 Oct 2026');
  });
  it('knows the future', () => {
    expect(en.relative(ago(-3600 * 3), now)).toBe('in 3 hours');
    expect(de.relative(ago(-60 * 2), now)).toBe('in 2 Minuten');
  });
});

it('says spans in the unit that fits', () => {
  expect(en.span(1.34)).toBe('1.3\u00a0s');
  expect(en.span(42.4)).toBe('42\u00a0s');
  expect(en.span(600)).toMatch(/^10 min/);
  expect(en.span(3 * 86_400)).toMatch(/^3 day/);
});

it('writes times in the zone that is asked for', () => {
  expect(en.time('2026-11-21T12:00:00Z', 'Asia/Tokyo')).toBe('21:00');
  expect(en.moment('2026-11-21T12:00:00Z', 'Europe/London')).toBe('21 Nov 2026, 12:00 GMT');
});
