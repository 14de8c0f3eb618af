/**
 * Looks at pages of the built console over the mock: screenshots (1440 and 390 wide, light and dark), axe, violations of
 * the policy, errors in the console, and sideways scrolling.
 *
 * `node e2e/console-look.mjs OUTDIR PATH…`; `PATH` may begin with `{"empty":true}` and the like, which steers the mock.
 */

import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startConsoleMock } from './console-mock.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const [out = '.', ...asked] = process.argv.slice(2);
await mkdir(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
let faults = 0;

async function look(path, scheme, width) {
  const mock = await startConsoleMock();
  const steer = /^\{.*?\}(?=\/)/.exec(path)?.[0];
  Object.assign(mock.state, steer ? JSON.parse(steer) : {});
  const address = path.slice(steer?.length ?? 0);
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 844 : 900 },
    colorScheme: scheme,
    locale: process.env.LOOK_LOCALE ?? 'en-GB',
    reducedMotion: 'reduce',
    ...(width < 500 && { isMobile: true, hasTouch: true }),
  });
  const page = await context.newPage();
  const said = [];
  page.on('console', (message) => {
    // A 4xx or 5xx that the mock was asked for is logged by the browser as well.
    if (message.type() === 'error' && !/status of \d{3}/.test(message.text())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(mock.url + address);
  await page.waitForSelector('h1', { timeout: 10_000 }).catch(() => said.push('no h1'));
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(400);
  const name = `${(steer ? `${steer.replace(/\W+/g, '-')}` : '') + address.replace(/\W+/g, '-')}-${width}-${scheme}`;
  // Bars that stick stand at the end of the whole page, not in the middle of it.
  const tall = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(page.viewportSize().height, Math.min(tall, 4000)) });
  await page.screenshot({ path: join(out, `${name.replace(/^-+/, '')}.png`) });
  // Evaluated by the debugger, which the page's policy does not concern.
  await page.evaluate(await (await import('node:fs/promises')).readFile(axe, 'utf8'));
  const result = await page.evaluate(() => globalThis.axe.run(document));
  for (const one of result.violations) {
    said.push(
      `axe ${one.id}: ${one.nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join(' | ')}`,
    );
  }
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) said.push(`scrolls sideways by ${over}px`);
  faults += said.length;
  console.log(`${said.length ? 'FAULT' : 'ok   '} ${name}`);
  for (const line of said) console.log(`      ${line.slice(0, 400)}`);
  await context.close();
  await mock.close();
}

for (const path of asked) {
  for (const width of [1440, 390]) {
    for (const scheme of ['light', 'dark']) await look(path, scheme, width);
  }
}
await browser.close();
console.log(`${faults} faults`);
process.exit(faults ? 1 : 0);
