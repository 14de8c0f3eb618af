/** Tabs of one browser, and more items than anybody reads: one connection, the same counts, nothing lost or twice. */

import type { BrowserContext, Page } from '@playwright/test';
import { storm } from '../storm.ts';
import { shop, tokens } from './shop.ts';
import { expect, test, type World } from './world.ts';

const rows = (page: Page) => page.locator('belfry-inbox .row');
/** Of a long list only the rows near the eye are there; each says of how many. */
const hasItems = (page: Page, count: number): Promise<void> =>
  expect(rows(page).first()).toHaveAttribute('aria-setsize', String(count));

/** Streams that the browser has open to the server, and pages that have one. */
function streams(context: BrowserContext): { open: Set<Page>; begun: number } {
  const known = { open: new Set<Page>(), begun: 0 };
  context.on('request', (request) => {
    if (!request.url().endsWith('/v1/me/live') || request.method() !== 'GET') return;
    known.begun += 1;
    known.open.add(request.frame().page());
  });
  const ended = (request: { url(): string; frame(): { page(): Page } }) => {
    if (request.url().endsWith('/v1/me/live')) known.open.delete(request.frame().page());
  };
  context.on('requestfailed', ended);
  context.on('requestfinished', ended);
  return known;
}

/** How often the page was told of each item. */
const received = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() => {
    const counts: Record<string, number> = {};
    for (const one of (globalThis as unknown as { heard: { name: string; item?: { title: string } }[] })
      .heard) {
      if (one.name === 'received' && one.item) counts[one.item.title] = (counts[one.item.title] ?? 0) + 1;
    }
    return counts;
  });

async function person(world: World, id: string): Promise<void> {
  await world.mei.people([{ external_id: id, name: `Person ${id}` }]);
  tokens(world, await world.token(id));
}

test.beforeEach(({ world }) => {
  world.host.routes.length = 0;
});

test('three tabs share one connection and agree', async ({ context, page, world }) => {
  await person(world, 'tabs');
  await world.raise('tabs', { type: 'a', title: 'First' });
  await world.raise('tabs', { type: 'b', title: 'Second' });
  const known = streams(context);
  const pages = [page, await context.newPage(), await context.newPage()];
  for (const one of pages) {
    await one.goto(shop(world, 'layout="panel"'));
    await expect(rows(one)).toHaveCount(2);
  }
  expect(known.begun).toBe(1);
  await rows(page).first().getByRole('button', { name: 'Mark as read' }).click();
  for (const one of pages) await expect(one.getByRole('button', { name: 'Unread 1' })).toBeVisible();
  await world.raise('tabs', { type: 'c', title: 'Third' });
  for (const one of pages) {
    await expect(rows(one)).toHaveCount(3);
    await expect(one.getByRole('button', { name: 'Unread 2' })).toBeVisible();
    expect(await received(one)).toEqual({ Third: 1 });
  }
  await rows(pages[1] as Page)
    .first()
    .getByRole('button', { name: 'Archive' })
    .click();
  // It is told when the time for taking it back is over, or when its page is left.
  await pages[1]?.close();
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(pages[2] as Page)).toHaveCount(2);
  expect(known.begun).toBe(1);
});

test('when the leading tab closes another goes on, without loss or repetition', async ({
  context,
  page,
  world,
}) => {
  await person(world, 'leader');
  const known = streams(context);
  const second = await context.newPage();
  const third = await context.newPage();
  for (const one of [page, second, third]) {
    await one.goto(shop(world, 'layout="panel" page-size="500"'));
    await expect(one.getByText('Nothing here yet')).toBeVisible();
  }
  expect([...known.open]).toEqual([page]);
  await world.raise('leader', { type: 'one', title: 'One' });
  await expect(rows(third)).toHaveCount(1);
  // Items come all the while.
  let sent = 1;
  let going = true;
  const raising = (async () => {
    while (going) await world.raise('leader', { type: `n${++sent}`, title: `Item ${sent}` });
  })();
  await expect.poll(() => sent).toBeGreaterThan(5);
  await page.close();
  // Of a page that is closed nobody hears that its stream ended.
  await expect.poll(() => [...known.open].filter((one) => !one.isClosed()).length).toBe(1);
  const at = sent;
  await expect.poll(() => sent).toBeGreaterThan(at + 5);
  going = false;
  await raising;
  for (const one of [second, third]) {
    await expect(one.getByRole('button', { name: `Unread ${sent > 99 ? '99+' : sent}` })).toBeVisible();
    await hasItems(one, sent);
    const counts = await received(one);
    expect(Object.values(counts).every((count) => count === 1)).toBe(true);
  }
  expect(known.begun).toBe(2);
});

test('a server that goes away and comes back', async ({ page, world, watch }) => {
  // A server that has just begun answers a preflight before it has read whom it may let in.
  watch.allow(/ERR_|Failed to fetch|status of (?:403|50)|blocked by CORS policy/);
  await person(world, 'away');
  await world.raise('away', { type: 'one', title: 'One' });
  await page.goto(shop(world, 'layout="panel"'));
  await expect(rows(page)).toHaveCount(1);
  await world.server.kill();
  await expect(page.getByText('Reconnecting…')).toBeVisible();
  await world.server.begin();
  await world.raise('away', { type: 'two', title: 'Two' });
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByRole('button', { name: 'Unread 2' })).toBeVisible();
  await expect(page.getByText('Reconnecting…')).toBeHidden();
});

test('200 items a second, and 5,000 to scroll through', async ({ page, world }) => {
  test.setTimeout(400_000);
  await person(world, 'storm');
  await page.goto(shop(world, 'layout="panel" page-size="500"'));
  await expect(page.getByText('Nothing here yet')).toBeVisible();
  const many = 5_000;
  const rate = await storm(many, (n) => world.raise('storm', { type: `s${n}`, title: `Item ${n}` }));
  test.info().annotations.push({ type: 'rate', description: `${rate.toFixed(0)} items a second` });
  await expect(page.getByRole('button', { name: 'Unread 99+' })).toBeVisible();
  await expect.poll(async () => Object.keys(await received(page)).length, { timeout: 120_000 }).toBe(many);
  expect(Object.values(await received(page)).every((count) => count === 1)).toBe(true);
  // Under a storm the count may be asked for anew; at its end it is right.
  const told = () =>
    page.evaluate(
      () =>
        (globalThis as unknown as { heard: { name: string; count?: number }[] }).heard
          .filter((one) => one.name === 'unread')
          .at(-1)?.count,
    );
  await expect.poll(told).toBe(many);
  // Of thousands only the newest are kept, until somebody scrolls there.
  const kept = async () => Number(await rows(page).first().getAttribute('aria-setsize'));
  expect(await kept()).toBeLessThanOrEqual(1_500);
  // Only what is near the eye is there in full.
  const drawn = () => rows(page).count();
  await expect.poll(drawn).toBeLessThan(80);

  const frames = await page.evaluate(async () => {
    const scroller = document.querySelector('belfry-inbox')?.shadowRoot?.querySelector('.list') as Element;
    const times: number[] = [];
    let before = performance.now();
    for (let n = 0; n < 120; n++) {
      scroller.scrollTop += 300;
      await new Promise(requestAnimationFrame);
      times.push(performance.now() - before);
      before = performance.now();
    }
    if (scroller.scrollTop < 30_000) throw new Error(`it scrolled to ${scroller.scrollTop} only`);
    const late = times.sort((a, b) => a - b);
    return { median: late[60] ?? 0, worst: late[119] ?? 0 };
  });
  test.info().annotations.push({ type: 'frames', description: JSON.stringify(frames) });
  console.log(`storm: ${rate.toFixed(0)} items/s; scrolling: ${JSON.stringify(frames)} ms a frame`);
  await expect.poll(drawn).toBeLessThan(80);
  // The oldest is the last; which of the first sixteen that is, nobody knows.
  const oldest = rows(page)
    .last()
    .getByRole('link', { name: /Item 1?\d$/ });
  await expect(async () => {
    await page.evaluate(() => {
      const scroller = document.querySelector('belfry-inbox')?.shadowRoot?.querySelector('.list');
      scroller?.scrollTo({ top: scroller.scrollHeight });
    });
    await expect(oldest).toBeInViewport({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  expect(await kept()).toBeLessThanOrEqual(1_500);
  // Back at the top there is the newest.
  await page.evaluate(() =>
    document.querySelector('belfry-inbox')?.shadowRoot?.querySelector('.list')?.scrollTo({ top: 0 }),
  );
  await expect(rows(page).first()).toContainText(/Item 4[89]\d\d/);
});
