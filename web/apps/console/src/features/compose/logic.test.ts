import { expect, it } from 'vitest';
import { fitted, moved, sizeOf, squareOf, WHOLE } from './crop';
import { inWords, RUN_TIME_MOST, seconds, split } from './run-time';
import { BLANK, changes, fieldsOf, isDestination, lacks, writingOf } from './writing';

it.each([
  [86_400, { value: 1, unit: 'day' }, '1 day'],
  [5_400, { value: 90, unit: 'minute' }, '90 minutes'],
  [7_200, { value: 2, unit: 'hour' }, '2 hours'],
  [0, { value: 0, unit: 'minute' }, '0 minutes'],
  [30, { value: 1, unit: 'minute' }, '1 minute'],
])('splits %i seconds', (total, parts, words) => {
  expect(split(total)).toEqual(parts);
  expect(inWords(total, 'en')).toBe(words);
});

it('never asks for more than the server takes', () => {
  expect(seconds({ value: 99, unit: 'day' })).toBe(RUN_TIME_MOST);
  expect(seconds({ value: -1, unit: 'hour' })).toBe(0);
});

it('tells only what changed, and null for what was emptied', () => {
  const before = { ...BLANK, title: 'a', url: '/x', photo: 'pho_1' };
  expect(changes(before, before)).toEqual({});
  expect(changes(before, { ...before, title: '', url: '', photo: null })).toEqual({
    title: null,
    destination: null,
    photo: null,
  });
  expect(changes(BLANK, { ...BLANK, audience: { groups: ['crew'] } })).toEqual({
    audience: { groups: ['crew'] },
  });
});

it('comes back from the server as it went there', () => {
  const writing = { ...BLANK, title: 'T', message: 'm', url: '/x', audience: { everyone: true as const } };
  expect(writingOf(fieldsOf(writing))).toEqual(writing);
});

it('says what is missing in the order of the page', () => {
  expect(lacks(BLANK).map(({ field }) => field)).toEqual(['message', 'audience']);
  const wrong = {
    ...BLANK,
    title: '😀'.repeat(101),
    message: 'm',
    url: 'javascript:alert(1)',
    audience: { users: [] },
  };
  expect(lacks(wrong).map(({ field }) => field)).toEqual(['title', 'url', 'audience']);
  expect(lacks({ ...BLANK, title: '😀'.repeat(100), message: 'm', audience: { everyone: true } })).toEqual(
    [],
  );
});

it.each([
  ['https://a.example/b', true],
  ['/programme', true],
  ['//evil.example', false],
  ['/\\evil', false],
  ['a.example', false],
  ['ftp://a.example', false],
])('%s is a destination: %s', (url, is) => expect(isDestination(url)).toBe(is));

it('cuts a square that never leaves the picture', () => {
  const size = { width: 900, height: 600 };
  expect(squareOf(size, WHOLE)).toEqual({ x: 150, y: 0, side: 600 });
  const far = moved(size, WHOLE, -10_000, 50, 280);
  expect(squareOf(size, far)).toEqual({ x: 300, y: 0, side: 600 });
  expect(fitted(size, { x: 0, y: 0, zoom: 99 }).zoom).toBe(5);
});

it('reads sizes from headers', () => {
  const png = new Uint8Array(24);
  png.set([
    0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0xea, 0x60, 0, 0, 0, 9,
  ]);
  expect(sizeOf(png)).toEqual({ width: 60_000, height: 9 });
  const jpeg = new Uint8Array([
    0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc0, 0, 11, 8, 1, 0, 2, 0, 3, 0, 0,
  ]);
  expect(sizeOf(jpeg)).toEqual({ width: 512, height: 256 });
  expect(sizeOf(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeUndefined();
  expect(sizeOf(new Uint8Array())).toBeUndefined();
});
