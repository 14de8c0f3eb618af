import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const texts = (tag: string): Record<string, string> => {
  const folder = new URL(`../../../../locales/${tag}/`, import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))));
};

const source = ((): string => {
  const root = new URL('./', import.meta.url);
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && !name.includes('.gen.'))
    .map((name) => readFileSync(new URL(name, root), 'utf8'))
    .join('\n');
})();

/** `key.one` and `key.other` are forms of `key`. */
const bare = (key: string): string => key.replace(/\.(?:zero|one|two|few|many|other)$/, '');
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

const en = texts('en');
const de = texts('de');
const known = new Set(Object.keys(en).flatMap((key) => [key, bare(key)]));
const used = [...source.matchAll(/['"`]([a-z][a-z_]*\.[a-z0-9_.]+)['"`]/g)].map(([, key]) => key ?? '');
const begun = [...source.matchAll(/`([a-z][a-z_]*\.[a-z0-9_]*)\$\{/g)].map(([, start]) => start ?? '');

it('has texts at all', () => {
  expect(known.size).toBeGreaterThan(50);
  expect(used.length).toBeGreaterThan(50);
});

it('says the same things in both languages', () => {
  expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
});

it('fills in the same values in both languages', () => {
  const differing = Object.keys(en).filter(
    (key) =>
      [...new Set(placeholders(en[key] ?? ''))].sort().join() !==
      [...new Set(placeholders(de[key] ?? ''))].sort().join(),
  );
  // A form for one thing may say it without its number.
  expect(differing.filter((key) => !key.endsWith('.one'))).toEqual([]);
});

it('has a text for every key in the source', () => {
  const called = [...source.matchAll(/\bt\(\s*['"`]([a-z][a-z0-9_.]*)['"`]/g)].map(([, key]) => key ?? '');
  expect([...new Set(called)].filter((key) => !known.has(key))).toEqual([]);
});

it('keeps no text that nothing uses', () => {
  const isUsed = (key: string) => used.includes(key) || begun.some((start) => key.startsWith(start));
  const unused = Object.keys(en).filter((key) => !isUsed(key) && !isUsed(bare(key)));
  // What the server's codes become is looked up by code.
  expect(unused.filter((key) => !/^(?:problem|fault)\./.test(key))).toEqual([]);
});
