/**
 * Screenshots of every page and state of the console and the portal, over the real binary with an event in it: three widths, two
 * schemes. Those that the repository keeps go to `docs/screenshots/`, all of them to `target/screenshots/`.
 *
 * `node e2e/screenshots.mjs`; `ONLY=people,home` takes some pages, `LOCALE=de-DE` another language, `VIEWS=1440-light`
 * some views. What is asked for so goes to `target/` only; `KEEP=1` also puts the pictures of `ONLY` in place of those
 * that the repository has.
 */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { attendeeLink, fill } from '../demo/fill.mjs';
import { startPushService } from '../demo/push-service.mjs';
import { portalShots } from './screenshots/portal-shots.mjs';
import { startBelfry } from './screenshots/server.mjs';
import { shots } from './screenshots/shots.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { ONLY, LOCALE = 'en-GB', VIEWS, KEEP } = process.env;
const out = join(root, 'target/screenshots', LOCALE);
const docs = join(root, 'docs/screenshots');
const MOST = 4_000_000;
const QUALITY = 0.33;

/** Width, scheme, and whether the repository keeps it: `all` of them, or the `main` ones. */
const views = [
  { width: 1440, scheme: 'light', keep: 'all' },
  { width: 390, scheme: 'dark', keep: 'all' },
  { width: 1440, scheme: 'dark', keep: 'main' },
  { width: 390, scheme: 'light', keep: 'main' },
  { width: 768, scheme: 'light', keep: 'main' },
  { width: 768, scheme: 'dark' },
].filter(({ width, scheme }) => !VIEWS || VIEWS.split(',').includes(`${width}-${scheme}`));
const main = new Set([
  'home',
  'people',
  'compose',
  'notifications',
  'notification',
  'settings',
  'import-checked',
  'portal',
]);
/** What a page may be tall; `tall` of a shot cuts lists that go on and on. */
const TALLEST = 2400;
let faults = 0;
/** Of what the repository keeps. */
let bytes = 0;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const belfry = await startBelfry();
const push = await startPushService();
try {
  const made = await fill({ ...belfry, password: 'correct horse battery staple' }, push);
  console.log(`filled after ${Math.round(performance.now() / 1000)} s`);
  const wanted = [...shots(made), ...portalShots(made)].filter(
    ({ name }) => !ONLY || ONLY.split(',').some((one) => name.startsWith(one)),
  );
  await mkdir(out, { recursive: true });
  const whole = !ONLY && !VIEWS && LOCALE === 'en-GB';
  const keeps = whole || Boolean(KEEP && ONLY);
  if (whole) await forget();
  for (const view of views) {
    await takeAll(view, wanted, made);
    if (keeps) await keep(view, wanted);
  }
  console.log(`docs/screenshots: ${(bytes / 1e6).toFixed(2)} MB`);
  if (bytes > MOST) fault('docs/screenshots', `larger than ${MOST / 1e6} MB`);
} finally {
  await browser.close();
  push.close();
  await belfry.close();
}
console.log(`${faults} faults; see ${out}`);
process.exit(faults ? 1 : 0);

/** Each of who looks has a browser of their own, the owner two, and they look side by side. */
async function takeAll(view, wanted, made) {
  const looking = ['owner', 'owner', 'viewer', 'attendee', undefined].map(async (who, lane) => {
    const context = await browser.newContext({
      viewport: viewport(view),
      colorScheme: view.scheme,
      locale: LOCALE,
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      ...(view.width < 500 && { isMobile: true, hasTouch: true }),
    });
    if (who === 'attendee') await enter(context, made);
    else if (who) {
      await context.addCookies([
        { name: 'belfry_session', value: made[who].cookie, url: belfry.url, httpOnly: true, sameSite: 'Lax' },
      ]);
    }
    const theirs = wanted.filter(({ as }) => as === who);
    for (const shot of who === 'owner' ? theirs.filter((_, at) => at % 2 === lane) : theirs) {
      await take(context, view, shot).catch((error) => fault(nameOf(shot, view), String(error)));
    }
    await context.close();
  });
  await Promise.all(looking);
}
/** An attendee's browser: a magic link, and the press of its button. */
async function enter(context, { owner, ws }) {
  const page = await context.newPage();
  await page.goto(await attendeeLink(owner, ws));
  await page.locator('[data-action="open-link"]').click();
  await page.locator('[data-action="bell"]').waitFor();
  await page.close();
}
/** Nothing is asked for any more, or it polls: then a second and a half was enough. */
function settled(page) {
  return page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
}
function viewport({ width }) {
  return { width, height: width < 500 ? 844 : 900 };
}
function nameOf(shot, { width, scheme }) {
  return `${shot.name}-${width}-${scheme}`;
}
function fault(name, text) {
  faults += 1;
  console.log(`FAULT ${name}: ${text.slice(0, 500)}`);
}

async function take(context, view, shot) {
  const name = nameOf(shot, view);
  const page = await context.newPage();
  try {
    page.on('pageerror', (error) => fault(name, String(error)));
    page.on('console', (message) => {
      // What was made to fail is logged by the browser as well.
      if (message.type() === 'error' && !/status of \d{3}/.test(message.text())) fault(name, message.text());
    });
    await shot.before?.(page);
    await page.goto(belfry.url + shot.path);
    await page.waitForSelector('h1:visible', { timeout: 30_000 });
    await settled(page);
    await shot.does?.(page);
    await page.waitForTimeout(shot.wait ?? 350);
    if (!shot.top) {
      // Bars that stick stand at the end of the whole page, not in the middle of it.
      const tall = await page.evaluate(() => document.documentElement.scrollHeight);
      const height = Math.max(viewport(view).height, Math.min(tall, shot.tall ?? TALLEST));
      await page.setViewportSize({ width: view.width, height });
      await page.waitForTimeout(100);
    }
    await page.screenshot({ path: join(out, `${name}.png`) });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) fault(name, `scrolls sideways by ${over}px`);
    await shot.after?.(page);
  } finally {
    await page.close();
  }
}

/** Takes away what the repository kept before. */
async function forget() {
  await mkdir(docs, { recursive: true });
  for (const old of await readdir(docs)) if (old.endsWith('.webp')) await rm(join(docs, old));
}

/** Writes what the repository keeps of a view as WebP. */
async function keep(view, wanted) {
  const page = await browser.newPage();
  for (const shot of wanted) {
    if (view.keep !== 'all' && !(view.keep === 'main' && main.has(shot.name))) continue;
    const name = nameOf(shot, view);
    const png = await readFile(join(out, `${name}.png`)).catch(() => undefined);
    if (!png) continue;
    const webp = Buffer.from(await page.evaluate(smaller, [png.toString('base64'), QUALITY]), 'base64');
    await writeFile(join(docs, `${name}.webp`), webp);
    bytes += webp.length;
  }
  await page.close();
}

/** Runs in the browser, which can write WebP: the repository needs no picture library for it. */
async function smaller([png, quality]) {
  const picture = new Image();
  picture.src = `data:image/png;base64,${png}`;
  await picture.decode();
  const canvas = Object.assign(document.createElement('canvas'), {
    width: picture.naturalWidth,
    height: picture.naturalHeight,
  });
  canvas.getContext('2d').drawImage(picture, 0, 0);
  return canvas.toDataURL('image/webp', quality).split(',')[1];
}
