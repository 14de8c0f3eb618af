/**
 * For eyes and settings other than ours: 200 % zoom, right-to-left, and colours that the system chooses. Every state is
 * seen whole, nothing scrolls sideways, and focus is where one can see it. PICTURES leaves pictures as `judge` does.
 */

import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { useServer } from '../console/server.ts';
import { row, signIn, Workspace } from './receiver.ts';
import { expect, test } from './test.ts';

const server = useServer();
let ws: Workspace;
test.describe.configure({ mode: 'parallel' });
test.beforeAll(async () => {
  ws = await Workspace.setUp(server());
});

async function enter(page: Page): Promise<string> {
  const to = await ws.person(undefined, { name: 'Ann Lee' });
  const subject = { kind: 'ticket', id: 'T-42', title: 'Printer jams', url: 'https://desk.example/T-42' };
  for (const message of ['I am on my way.', 'It will be there before noon.']) {
    const actor = { name: 'Maya Okafor' };
    await ws.raise({ recipients: [to], subject, actor, title: 'New message', message });
  }
  await ws.send({ title: 'مرحبًا بك في القمة', message: 'يبدأ التسجيل غدًا.', sender: 'فريق القمة', to });
  await ws.send({ title: 'W'.repeat(80), message: 'x'.repeat(300), sender: 'Monitoring '.repeat(8), to });
  await ws.send({ title: 'Room change', message: 'The **keynote** moves.', sender: 'Programme team', to });
  await signIn(page, await ws.magicLink(to));
  return to;
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** What is cut off or stands outside the page: controls and words that nobody can see whole. */
const faults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`scrolls sideways by ${scrollWidth - clientWidth}`);
    const name = (one: Element): string =>
      `${one.tagName.toLowerCase()}.${one.className} “${(one.textContent ?? '').slice(0, 30)}”`;
    for (const one of document.body.querySelectorAll<HTMLElement>('*')) {
      if (!one.checkVisibility({ visibilityProperty: true }) || one.closest('.sr, .skip, svg')) continue;
      const box = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      // A word for screen readers only is one pixel wide.
      if (box.width <= 1 || style.clipPath !== 'none') continue;
      // What its box cuts ends in dots there.
      const inside = one.parentElement && getComputedStyle(one.parentElement).overflowX !== 'visible';
      if (!inside && (box.left < -1 || box.right > clientWidth + 1)) found.push(`outside: ${name(one)}`);
      const clips = /hidden|clip/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
      // What ends in dots says so; its whole is on the item's page.
      if (clips && style.textOverflow !== 'ellipsis') found.push(`cut: ${name(one)}`);
      const tall = one.scrollHeight > one.clientHeight + 1 && /hidden|clip/.test(style.overflowY);
      if (tall && style.webkitLineClamp === 'none' && style.textOverflow !== 'ellipsis')
        found.push(`cut below: ${name(one)}`);
      // The badge stands over the edge of its bell.
      if (one.matches('button:not(.bell), .button') && one.scrollWidth > one.clientWidth + 1)
        found.push(`too wide for its button: ${name(one)}`);
    }
    return found;
  });

/** Where Tab goes: each stop has a ring, and does not lie under the bar on top. */
async function stops(page: Page, most = 40): Promise<string[]> {
  const found: string[] = [];
  const passed = new Set<string>();
  for (let n = 0; n < most; n++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement;
      if (!one || one === document.body) return undefined;
      const rings = [getComputedStyle(one), getComputedStyle(one, '::after')];
      const ring = rings.some(
        (style) => style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0,
      );
      const box = one.getBoundingClientRect();
      const bar = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
      const under = !one.closest('.top') && box.bottom <= bar;
      const outside = box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth;
      const name = `${one.tagName} ${one.dataset.action ?? ''} ${one.textContent?.slice(0, 30)}`;
      return { name, ring, hidden: under || outside };
    });
    if (!stop) break;
    if (!stop.ring) found.push(`no ring: ${stop.name}`);
    if (stop.hidden) found.push(`out of sight: ${stop.name}`);
    passed.add(stop.name);
  }
  expect(passed.size).toBeGreaterThan(8);
  return found;
}

/** Walks through the states of the portal, and looks at each with `look`. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await look('list');
  await row(page, 'Room change').locator('[data-action="archive"]').click();
  await expect(page.locator('.toast')).toBeVisible();
  await look('toast');
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await page.locator('.account').click();
  await expect(page.locator('#menu')).toBeVisible();
  await look('menu');
  await page.keyboard.press('Escape');
  await row(page, 'Room change').locator('.link').click();
  await expect(page.locator('.item-page').getByRole('heading', { name: 'Room change' })).toBeVisible();
  await look('item');
  await page.keyboard.press('Escape');
  await page.locator('.list-tools [data-action="settings"]').click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expect(page.getByText('No device of yours is notified yet.')).toBeVisible();
  await look('settings');
  await page.getByRole('button', { name: 'Delete my data…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look('dialog');
  await page.keyboard.press('Escape');
  await page.evaluate(() => history.back());
  await page.locator('.account').click();
  await page.locator('#menu [data-action="help"]').click();
  await expect(page.getByRole('heading', { name: 'Help with notifications' })).toBeVisible();
  await look('help');
}

async function judgeAll(page: Page, suffix: string): Promise<void> {
  const found: string[] = [];
  await walk(page, async (name) => {
    await picture(page, `${name}-${suffix}`);
    for (const fault of await faults(page)) found.push(`${name}: ${fault}`);
  });
  expect(found).toEqual([]);
}

const rightToLeft = (page: Page) =>
  page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });

test.describe('At 200 %', () => {
  // What 1440 × 900 pixels are then.
  test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });

  test('everything is there, and focus is seen', async ({ page }) => {
    await enter(page);
    expect(await stops(page)).toEqual([]);
    await judgeAll(page, '200');
  });
});

test('On the narrowest phone everything is there', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 568 });
  await enter(page);
  await judgeAll(page, '320');
});

for (const [width, height] of [
  [1440, 900],
  [390, 844],
] as const) {
  test(`From right to left, ${width} wide`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await enter(page);
    await rightToLeft(page);
    // The line begins on the right: the bell is on the left, the unread dot before the face.
    const left = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((one) => one.getBoundingClientRect().left);
    expect(await left('.bell')).toBeLessThan(await left('.brand'));
    expect(await left('.row .dot')).toBeGreaterThan(await left('.row .avatar'));
    expect(await left('.row .time')).toBeLessThan(await left('.row .title'));
    expect(await stops(page)).toEqual([]);
    await judgeAll(page, `rtl-${width}`);
  });
}

test.describe('With fingers, from right to left', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('a row that is pushed aside says what will be done, where it is seen', async ({ page }) => {
    await enter(page);
    await rightToLeft(page);
    const box = await row(page, 'Room change').boundingBox();
    if (!box) throw new Error('the row is seen');
    const session = await page.context().newCDPSession(page);
    const y = box.y + 20;
    const send = (type: string, points: object[]) =>
      session.send('Input.dispatchTouchEvent', { type: type as 'touchMove', touchPoints: points as [] });
    for (const [dx, label] of [
      [-150, 'Mark as read'],
      [150, 'Archive'],
    ] as const) {
      const x = box.x + box.width / 2;
      await send('touchStart', [{ x, y }]);
      for (let step = 1; step <= 8; step++) await send('touchMove', [{ x: x + (dx * step) / 8, y }]);
      const words = page.locator('.swipe-under span');
      await expect(words).toHaveText(label);
      await picture(page, `swipe-rtl-${dx}`);
      const at = await words.boundingBox();
      // The row has left this part of the page.
      const seen = dx < 0 ? [box.x + box.width + dx, box.x + box.width] : [box.x, box.x + dx];
      expect(at?.x).toBeGreaterThanOrEqual(seen[0] ?? 0);
      expect((at?.x ?? 0) + (at?.width ?? 0)).toBeLessThanOrEqual(seen[1] ?? 0);
      await send('touchMove', [{ x, y }]);
      await send('touchEnd', []);
    }
  });
});

for (const scheme of ['light', 'dark'] as const) {
  test(`In colours that the system chooses, ${scheme}`, async ({ page }) => {
    await enter(page);
    await page.emulateMedia({ forcedColors: 'active', colorScheme: scheme, reducedMotion: 'reduce' });
    const colours = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((one) => {
          const { backgroundColor, color, outlineStyle, borderTopStyle } = getComputedStyle(one);
          return { backgroundColor, color, outlineStyle, borderTopStyle };
        });
    // The bell is drawn in the colour of words, its badge in that of what is chosen.
    const canvas = (await colours('.top')).backgroundColor;
    expect((await colours('.bell svg')).color).not.toBe(canvas);
    const badge = await colours('.bell .badge');
    await expect(page.locator('.bell .badge')).toBeVisible();
    expect(badge.backgroundColor).not.toBe(canvas);
    expect(badge.color).not.toBe(badge.backgroundColor);
    expect((await colours('.row.unread .dot')).backgroundColor).toBe(badge.backgroundColor);
    // What is chosen differs from what is not, also without our colours.
    const chosen = await colours('.tab[aria-pressed="true"]');
    expect(chosen.backgroundColor).not.toBe((await colours('.tab[aria-pressed="false"]')).backgroundColor);
    expect(chosen.color).not.toBe(chosen.backgroundColor);
    expect((await colours('.search-input')).borderTopStyle).toBe('solid');
    expect(await stops(page, 20)).toEqual([]);
    await page.locator('.row .link').first().click();
    await expect(page.locator('.row.current')).toHaveCSS('outline-style', 'solid');
    await page.keyboard.press('Escape');
    await judgeAll(page, `forced-${scheme}`);
  });
}
