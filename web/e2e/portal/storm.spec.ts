/** More than anybody reads: a storm of live items, and thousands of them to scroll through. Times are told, not judged. */

import type { Page } from '@playwright/test';
import { useServer } from '../console/server.ts';
import { storm } from '../storm.ts';
import { signIn, Workspace } from './receiver.ts';
import { expect, test } from './test.ts';

const server = useServer();
let ws: Workspace;
test.beforeAll(async () => {
  ws = await Workspace.setUp(server());
});

/** So many items of a list are kept by the page, and a page of them more while it is read. */
const KEPT = 1_000 + 50;
const SECOND = 1_000;

const rows = (page: Page) => page.locator('.rows .row');
const setSize = async (page: Page) => Number(await rows(page).first().getAttribute('aria-setsize'));

/** Notes each sentence for screen readers with its time, and how long frames take, until the page is left. */
const listen = (page: Page) =>
  page.evaluate(() => {
    const heard: { at: number; text: string }[] = [];
    const frames: number[] = [];
    const region = document.querySelector('[role="status"][aria-live="polite"]') as Element;
    new MutationObserver(() => {
      const text = region.textContent ?? '';
      if (text) heard.push({ at: performance.now(), text });
    }).observe(region, { childList: true, characterData: true, subtree: true });
    let before = performance.now();
    const next = () => {
      frames.push(performance.now() - before);
      before = performance.now();
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(globalThis, { heard, frames });
  });

interface Heard {
  heard: { at: number; text: string }[];
  frames: number[];
}

/** Bytes that are in use once the rubbish is gone. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** Scrolls to the end as a wheel does and gives the titles by id, in the order in which they were seen. */
const scrollThrough = (page: Page) =>
  page.evaluate(async () => {
    const seen = new Map<string, string>();
    const frames: number[] = [];
    let drawn = 0;
    let kept = 0;
    let still = 0;
    let before = performance.now();
    // Until nothing has moved, and nothing more is to come.
    while (still < 60) {
      const place = scrollY;
      scrollBy(0, 300);
      await new Promise(requestAnimationFrame);
      frames.push(performance.now() - before);
      before = performance.now();
      const all = document.querySelectorAll<HTMLElement>('.rows .row');
      drawn = Math.max(drawn, all.length);
      kept = Math.max(kept, Number(all[0]?.ariaSetSize));
      for (const one of all) {
        seen.set(one.dataset.id ?? '', one.querySelector('.title')?.textContent ?? '');
      }
      const more = document.querySelector<HTMLElement>('[data-action="more"]');
      still = scrollY === place && more?.hidden ? still + 1 : 0;
    }
    return { titles: [...seen.values()], frames, drawn, kept };
  });

function told(name: string, frames: number[]): void {
  const sorted = [...frames].sort((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  const text = `${name}: ${sorted.length} frames, median ${at(0.5)} ms, 95 % ${at(0.95)} ms, worst ${at(1)} ms`;
  test.info().annotations.push({ type: 'frames', description: text });
  console.log(text);
}

test('200 items a second, and 5,000 to scroll through', async ({ page }) => {
  test.setTimeout(600_000);
  const person = await ws.person();
  await signIn(page, await ws.magicLink(person));
  await expect(page.getByRole('heading', { name: 'Nothing here yet' })).toBeVisible();
  await listen(page);
  const before = await heap(page);
  const many = 5_000;
  const rate = await storm(many, (n) =>
    ws.raise({ recipients: [person], title: `Item ${n}`, message: 'It is raining.' }),
  );
  console.log(`storm: ${rate.toFixed(0)} items a second`);

  await expect(page).toHaveTitle(/^\(5000\) /, { timeout: 120_000 });
  await expect(page.locator('.bell .badge')).toHaveText('99+');
  await expect(page.locator('.toast')).toHaveCount(1);
  expect(await rows(page).count()).toBeLessThan(60);
  expect(await setSize(page)).toBeLessThanOrEqual(KEPT);
  const token = await ws.token(person);
  const newest = (await ws.me(token, 'GET', '/inbox?limit=1')).body.items[0].title;
  await expect(rows(page).first()).toContainText(newest);
  const { heard, frames } = await page.evaluate(() => {
    const { heard, frames } = globalThis as unknown as Heard;
    return { heard, frames };
  });
  told('under the storm', frames);
  // A sentence now and then, not one by one; each says how many.
  expect(heard.length).toBeGreaterThan(1);
  expect(heard.length).toBeLessThanOrEqual((heard.at(-1)?.at ?? 0) / (4 * SECOND) + 2);
  for (const { text } of heard.slice(1, -1)) expect(text).toMatch(/^[\d,]+ new notifications$/);

  const seen = await scrollThrough(page);
  told('scrolling through', seen.frames);
  expect(new Set(seen.titles).size).toBe(many);
  expect(seen.titles).toHaveLength(many);
  expect(seen.drawn).toBeLessThan(80);
  expect(seen.kept).toBeLessThanOrEqual(KEPT);
  expect(seen.titles.at(-1)).toMatch(/^Item 1?\d$/);
  const grown = ((await heap(page)) - before) / 1e6;
  console.log(`memory: ${grown.toFixed(1)} MB more than before the storm`);

  // Back at the top there is the newest again, as far above as it is.
  await page.evaluate(() => scrollTo({ top: 0 }));
  await expect(rows(page).first()).toContainText(newest);
  await expect(page).toHaveTitle(/^\(5000\) /);
});

test('A reader below is left in peace by a storm above', async ({ page }) => {
  test.setTimeout(300_000);
  const person = await ws.person();
  for (let n = 0; n < 40; n++) await ws.raise({ recipients: [person], title: `Old ${n}`, message: 'Calm.' });
  await signIn(page, await ws.magicLink(person));
  await expect(page).toHaveTitle(/^\(40\) /);
  await page.mouse.move(700, 600);
  await page.mouse.wheel(0, 1_500);
  // A wheel's way takes some frames, and so do the rows that come into view.
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(1_500);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  // Somewhere in the middle of what is seen.
  const id = await page.evaluate(
    () => document.elementFromPoint(700, 500)?.closest<HTMLElement>('.row')?.dataset.id,
  );
  const place = () =>
    page.locator(`.row[data-id="${id}"]`).evaluate((one) => Math.round(one.getBoundingClientRect().top));
  const before = await place();
  let next = 0;
  const raise = async () => {
    while (next < 1_500)
      await ws.raise({ recipients: [person], title: `New ${next++}`, message: 'It is raining.' });
  };
  await Promise.all(Array.from({ length: 16 }, raise));
  await expect(page).toHaveTitle(/^\(1540\) /, { timeout: 60_000 });
  expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(2);
  expect(await setSize(page)).toBeLessThanOrEqual(KEPT);
  await page.keyboard.press('Control+Home');
  const { items } = (await ws.me(await ws.token(person), 'GET', '/inbox?limit=1')).body;
  await expect(rows(page).first()).toContainText(items[0].title);
});
