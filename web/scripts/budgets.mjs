/** Checks the sizes that the pages promised (gzip). What a page loads first is read from its template. */

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const size = (path) => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length;

/** Scripts and style sheets of a template, and what those scripts import at once. */
function firstLoad(template) {
  const html = readFileSync(new URL(template, dist), 'utf8');
  const found = new Set([...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1]));
  if (found.size === 0) throw new Error(`${template} loads nothing: the check would be empty`);
  for (const file of found) {
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(new URL(file, dist), 'utf8');
    for (const [, path] of code.matchAll(/(?:^|[;}])import(?:[^"'()]*from)?["'](\.\/[^"']+)["']/g)) {
      found.add(new URL(path, `x:/${file}`).pathname.slice(1));
    }
  }
  return [...found];
}

const budgets = [
  { name: 'service worker', files: ['sw.js'], kilobytes: 2 },
  { name: 'portal, first load', files: firstLoad('portal/index.html'), kilobytes: 28 },
];

let over = 0;
for (const { name, files, kilobytes } of budgets) {
  const bytes = files.reduce((sum, file) => sum + size(file), 0);
  const fits = bytes <= kilobytes * 1000;
  if (!fits) over += 1;
  console.log(
    `${fits ? 'ok  ' : 'OVER'} ${name}: ${(bytes / 1000).toFixed(2)} of ${kilobytes} kB (${files.length} files)`,
  );
}
console.log(`${budgets.length - over} passed, ${over} failed`);
process.exit(over ? 1 : 0);
