import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hue, initials } from './avatar';
import { chooseLocale, translator } from './strings';
import { exactTime, relativeTime } from './time';

const now = new Date('2026-05-10T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const read = (tag: string) =>
  JSON.parse(readFileSync(new URL(`../../../../locales/${tag}.json`, import.meta.url), 'utf8')) as Record<
    string,
    string
  >;

describe('times', () => {
  it.each([
    [0, 'now'],
    [-30, 'now'],
    [44, 'now'],
    [60, '1 min ago'],
    [44 * 60, '44 min ago'],
    [50 * 60, '1 hr ago'],
    [21 * 3600, '21 hr ago'],
    [30 * 3600, '1 day ago'],
    [6 * 86_400, '6 days ago'],
    [8 * 86_400, '2 May'],
    [400 * 86_400, '5 Apr 2025'],
  ])('%i seconds ago is %s', (seconds, text) => {
    expect(relativeTime(before(seconds), now, 'en-GB', 'now').replace('.', '')).toBe(text);
  });

  it('says the exact time in the person’s zone, and bears an unknown one', () => {
    expect(exactTime(now, 'en-GB', 'Asia/Tokyo')).toMatch(/10 May 2026.*21:00/);
    expect(exactTime(now, 'en-GB', 'Nowhere/Land')).toMatch(/10 May 2026/);
  });
});

describe('languages', () => {
  it('takes the first wanted one that there is, whole or by its base', () => {
    expect(chooseLocale(['pt-BR', 'de-AT', 'en'], ['en', 'de'])).toBe('de');
    expect(chooseLocale([null, undefined, 'zz'], ['en', 'de'])).toBe('en');
    expect(chooseLocale(['DE'], ['en', 'de'])).toBe('de');
  });

  it('fills places, chooses plural forms, and shows a missing key', () => {
    const t = translator(
      'en',
      { hi: 'Hi {name} {other}', 'n.one': '{count} thing', 'n.other': '{count} things' },
      { only: 'Only' },
    );
    expect(t('hi', { name: 'Ann' })).toBe('Hi Ann {other}');
    expect([t('n', { count: 1 }), t('n', { count: 1200 })]).toEqual(['1 thing', '1,200 things']);
    expect([t('only'), t('absent')]).toEqual(['Only', 'absent']);
  });

  it('has the same keys and places in every language', () => {
    const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort().join();
    const [en, de] = [read('en'), read('de')];
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) expect(places(de[key] ?? ''), key).toBe(places(text));
  });
});

describe('initials', () => {
  it.each([
    ['Ann Keller', 'AK'],
    ['  maya ', 'M'],
    ['Jean-Luc de la Tour', 'JT'],
    ['“Summit” team', 'ST'],
    ['李 小龙', '李小'],
    ['🎉 Party', '🎉P'],
    ['', ''],
    ['— —', ''],
  ])('of %s are %s', (name, letters) => {
    expect(initials(name)).toBe(letters);
  });

  it('have one of eight colours, the same every time', () => {
    for (const name of ['a', 'Ann Keller', '李', '']) {
      expect(hue(name)).toBe(hue(name));
      expect(hue(name)).toBeGreaterThanOrEqual(0);
      expect(hue(name)).toBeLessThan(8);
    }
  });
});
