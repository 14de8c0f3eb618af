/** Checks the sizes that the pages promised (gzip). What a page loads first is read from its template. */

import { readdirSync, readFileSync } from 'node:fs';
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
    // Without a parenthesis: what is imported when it is wanted does not count.
    for (const [, path] of code.matchAll(/(?:from|import)\s*["'`](\.\/[^"'`]+)["'`]/g)) {
      found.add(new URL(path, `x:/${file}`).pathname.slice(1));
    }
  }
  return [...found];
}

/**
 * What a page of the console loads: the template's files, the texts, and the parts of the routes that lead to the
 * page, with what those import at once.
 */
function consolePage(...routes) {
  const manifest = JSON.parse(readFileSync(new URL('console/manifest.json', dist), 'utf8'));
  const keys = Object.keys(manifest);
  const find = (name) => {
    const found = keys.filter((key) => key.includes(name));
    if (found.length === 0) throw new Error(`the build has no ${name}: the check would be short of it`);
    return found;
  };
  const found = new Set();
  const add = (key) => {
    const { file, imports = [], css = [] } = manifest[key];
    if (found.has(file)) return;
    for (const one of [file, ...css]) found.add(one);
    for (const one of imports) add(one);
  };
  for (const name of ['console-locale/en/frame', ...routes]) {
    for (const key of find(name)) add(key);
  }
  return [...new Set([...firstLoad('console/index.html'), ...found])];
}
/** Everything in a folder of the build. */
const within = (folder) => readdirSync(new URL(folder, dist)).map((name) => `${folder}/${name}`);
const scripts = (files) => files.filter((file) => file.endsWith('.js'));
const shell = ['routes/_in.tsx', 'routes/_in.w.$ws.tsx'];
const home = consolePage(...shell, 'routes/_in.w.$ws.index.tsx');
/** Lists, opened directly, with the texts of their room. */
const people = consolePage(...shell, 'console-locale/en/groups,people', 'routes/_in.w.$ws.people.index.tsx');
const notifications = consolePage(
  ...shell,
  'console-locale/en/notifications',
  'routes/_in.w.$ws.notifications.index.tsx',
);

/** With everything that is fetched while somebody writes: editor, emoji, dialogs. */
const compose = consolePage(
  'console-locale/en/',
  'routes/_in.tsx',
  'routes/_in.w.$ws.tsx',
  'routes/_in.w.$ws.compose.tsx',
  'compose/CodeEditor',
  'compose/html-language',
  'compose/EmojiPicker',
  'compose/ReviewDialog',
  'compose/ConflictDialog',
  'compose/PhotoCrop',
  'frame/Toaster',
);

const portal = firstLoad('portal/index.html');
if (!portal.some((file) => /\/inbox-/.test(file)))
  throw new Error('the inbox has no file of its own in the portal');

const budgets = [
  {
    name: 'console, first load, scripts',
    files: scripts(home),
    kilobytes: 225,
  },
  { name: 'console, people opened directly, scripts', files: scripts(people), kilobytes: 225 },
  { name: 'console, notifications opened directly, scripts', files: scripts(notifications), kilobytes: 225 },
  {
    name: 'console, first load, styles',
    files: home.filter((file) => file.endsWith('.css')),
    kilobytes: 42,
  },
  {
    name: 'console, compose in all, scripts',
    files: scripts(compose),
    kilobytes: 410,
  },
  { name: 'inbox element, until it is opened', files: ['belfry-inbox.js'], kilobytes: 8 },
  { name: 'inbox element, in all', files: ['belfry-inbox.js', ...within('belfry-inbox')], kilobytes: 17 },
  { name: 'service worker', files: ['sw.js'], kilobytes: 2 },
  { name: 'portal, first load', files: portal, kilobytes: 28 },
  {
    name: 'portal, first load without the inbox',
    files: portal.filter((file) => !/\/inbox-[^/]+\.js$/.test(file)),
    kilobytes: 20,
  },
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
