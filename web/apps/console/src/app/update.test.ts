import { expect, it } from 'vitest';
import { scriptsOf } from './update';

it('finds the scripts of a page as the build writes it', () => {
  const html =
    '<script src="/assets/console/scheme-1.js" nonce="x"></script><script type="module" src="/assets/console/runtime-1.js"></script><script type="module" crossorigin src="/assets/console/first-2.js" nonce="x"></script>';
  expect(scriptsOf(html)).toBe('/assets/console/runtime-1.js /assets/console/first-2.js');
});

it('finds none where there is none', () => {
  expect(scriptsOf('<h1>Belfry</h1>')).toBe('');
});
