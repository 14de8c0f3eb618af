import { expect, it } from 'vitest';
import { originOf } from './origin';

it('makes an origin of what is pasted', () => {
  expect(originOf('https://Shop.Example/cart?x=1#y')).toBe('https://shop.example');
  expect(originOf(' shop.example ')).toBe('https://shop.example');
  expect(originOf('http://localhost:3000/')).toBe('http://localhost:3000');
  expect(originOf('https://shop.example:443')).toBe('https://shop.example');
  expect(originOf('https://bücher.example')).toBe('https://xn--bcher-kva.example');
});

it('refuses what is none', () => {
  for (const wrong of ['', 'ftp://shop.example', 'not an origin', 'javascript://x', 'https://a@b.example']) {
    expect(originOf(wrong), wrong).toBeNull();
  }
});
