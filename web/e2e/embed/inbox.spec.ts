/** What the element promises a page: attributes, properties, events, looks, and people who use it without a mouse. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type {} from '../../packages/inbox/types/belfry-inbox.d.ts';
import { shop, tokens } from './shop.ts';
import { expect, test, type World } from './world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What the page was told, by name. */
const heard = (page: Page, name: string): Promise<Record<string, unknown>[]> =>
  page.evaluate(
    (wanted) =>
      (globalThis as unknown as { heard: { name: string }[] }).heard.filter((one) => one.name === wanted),
    name,
  );

async function judge(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe has put itself there.
    const { violations } = await (globalThis as any).axe.run('belfry-inbox');
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    return violations.map((one: any) => `${one.id}: ${one.nodes.map((node: any) => node.html).join(' ')}`);
  });
  expect(found).toEqual([]);
}

const inbox = (page: Page) => page.locator('belfry-inbox');
const bell = (page: Page) => inbox(page).locator('.bell');
const rows = (page: Page) => inbox(page).locator('.row');

test.beforeEach(({ world }) => {
  world.host.routes.length = 0;
});

/** A person of their own for each test, with so many items. */
let people = 0;
async function person(world: World, items = 0): Promise<{ id: string; token: string }> {
  people += 1;
  const id = `person-${people}`;
  await world.mei.people([{ external_id: id, name: `Person ${people}` }]);
  const token = await world.token(id);
  for (let n = 1; n <= items; n++) {
    await world.raise(id, {
      type: `test.${n}`,
      title: `Item ${n}`,
      actor: { name: 'Maya Okafor' },
      subject: { kind: 'ticket', id: `T-${n}`, title: 'Printer' },
    });
  }
  return { id, token };
}

test('reads, marks, archives and takes back', async ({ page, world }) => {
  const { id, token } = await person(world, 3);
  tokens(world, token);
  await page.goto(shop(world));
  await expect(bell(page)).toHaveAccessibleName('Notifications, 3 unread');
  await bell(page).click();
  await expect(rows(page)).toHaveCount(3);
  expect(await heard(page, 'open')).toHaveLength(1);

  await rows(page).first().getByRole('button', { name: 'Mark as read' }).click();
  await expect(bell(page)).toHaveAccessibleName('Notifications, 2 unread');
  await expect(rows(page).first().getByRole('button', { name: 'Mark as unread' })).toBeVisible();
  await rows(page).first().getByRole('button', { name: 'Archive' }).click();
  await expect(rows(page)).toHaveCount(2);
  await inbox(page).getByRole('button', { name: 'Undo' }).click();
  await expect(rows(page)).toHaveCount(3);

  // What leads nowhere is read in place.
  await rows(page).nth(1).getByRole('link').click();
  await expect(rows(page).nth(1)).toHaveClass(/whole/);
  await expect(bell(page)).toHaveAccessibleName('Notifications, 1 unread');

  await inbox(page).getByRole('button', { name: 'Unread 1' }).click();
  await expect(rows(page)).toHaveCount(1);
  await inbox(page).getByRole('button', { name: 'Mark all as read' }).click();
  await expect(bell(page)).toHaveAccessibleName('Notifications');
  await inbox(page).getByRole('button', { name: 'All', exact: true }).click();
  await expect(rows(page)).toHaveCount(3);

  for (let n = 0; n < 3; n++)
    await world.raise(id, { title: 'Again', subject: { kind: 'ticket', id: 'T-9' } });
  await expect(rows(page)).toHaveCount(4);
  await expect(rows(page).first().locator('.stack')).toHaveText(/^3/);
  await expect(inbox(page).getByRole('status').last()).toHaveText(/new notification/);
  expect((await heard(page, 'received')).length).toBeGreaterThan(0);
  const actions = (await heard(page, 'action')).map((one) => one.action);
  expect(actions).toEqual(['read', 'archive', 'read-all']);
  expect(await heard(page, 'error')).toEqual([]);
});

test('lets the page decide', async ({ page, world }) => {
  const { token } = await person(world, 1);
  tokens(world, token);
  await page.goto(shop(world, 'layout="panel"'));
  await expect(rows(page)).toHaveCount(1);
  const refuse = (name: string) =>
    page.evaluate((value) => Object.assign(globalThis, { refuse: value }), name);
  await refuse('action');
  await rows(page).getByRole('button', { name: 'Archive' }).click();
  await rows(page).getByRole('button', { name: 'Mark as read' }).click();
  await refuse('open-item');
  await rows(page).getByRole('link').click();
  await expect(rows(page)).not.toHaveClass(/whole/);
  expect(await heard(page, 'open-item')).toHaveLength(1);
  await expect(rows(page)).toHaveCount(1);
});

test('takes texts, language, slots and methods from the page', async ({ page, world }) => {
  const { token } = await person(world);
  tokens(world, token);
  await page.goto(shop(world, '', { html: 'lang="de-CH"', inside: '<p slot="empty">Nix da</p>' }));
  await expect(bell(page)).toHaveAccessibleName('Mitteilungen');
  await page.evaluate(() => document.querySelector('belfry-inbox')?.open());
  await expect(page.getByText('Nix da')).toBeVisible();
  await expect(inbox(page).getByRole('link', { name: 'Push-Mitteilungen einschalten' })).toHaveAttribute(
    'href',
    `${world.server.url}/app/${world.mei.slug}/`,
  );
  // Frameworks set everything again with every draw; that closes nothing.
  await page.evaluate(async () => {
    const element = document.querySelector('belfry-inbox');
    if (!element) return;
    const { getToken } = element;
    element.getToken = () => getToken?.();
    element.strings = { ...element.strings };
    for (let n = 0; n < 5; n++) await new Promise(requestAnimationFrame);
  });
  await expect(inbox(page).getByRole('dialog')).toBeVisible();
  await page.evaluate(() => document.querySelector('belfry-inbox')?.close());
  await expect(inbox(page).getByRole('dialog')).toBeHidden();
  expect(await heard(page, 'close')).toHaveLength(1);
  await page.evaluate(() => {
    const element = document.querySelector('belfry-inbox');
    if (element) element.strings = { bell: 'Nouvelles', all: 'Tout' };
    element?.setAttribute('locale', 'fr');
  });
  await expect(bell(page)).toHaveAccessibleName('Nouvelles');
});

test('works by keyboard, and gives focus back', async ({ page, world }) => {
  const { token } = await person(world, 2);
  tokens(world, token);
  await page.goto(shop(world));
  await expect(bell(page)).toHaveAccessibleName(/2 unread/);
  await page.keyboard.press('Tab');
  await expect(bell(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(2);
  for (let n = 0; n < 3; n++) await page.keyboard.press('Tab');
  await expect(inbox(page).getByRole('button', { name: 'Mark all as read' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(rows(page).first().getByRole('link')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(1);
  // Focus does not fall back to the top of the page.
  await expect(rows(page).first().getByRole('link')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(bell(page)).toBeFocused();
});

test('asks once more for a token that has run out, then says so', async ({ page, world, watch }) => {
  watch.allow(/status of 401/);
  const { id, token } = await person(world, 1);
  const count = tokens(world, 'bfu_expired', token);
  await page.goto(shop(world));
  await expect(bell(page)).toHaveAccessibleName(/1 unread/);
  expect(count.asked).toBe(2);
  expect(await heard(page, 'error')).toEqual([]);

  // The person's tokens end while the page is open, and the backend has no other.
  await world.mei.of('DELETE', `/users/${id}/token`);
  await bell(page).click();
  const again = inbox(page).getByRole('button', { name: 'Retry' }).first();
  await expect(again).toBeVisible();
  await expect(inbox(page).getByText('Your session has ended.').first()).toBeVisible();
  expect(await heard(page, 'error')).toEqual(
    expect.arrayContaining([expect.objectContaining({ status: 401 })]),
  );
  world.host.routes.length = 0;
  tokens(world, await world.token(id));
  await again.click();
  await bell(page).click();
  await expect(rows(page)).toHaveCount(1);
});

test('asks for nothing until somebody gives it tokens', async ({ page, world }) => {
  const { token } = await person(world, 1);
  const { host, server } = world;
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(
    host.page(
      '/late',
      `<!doctype html><html lang="en"><title>x</title><belfry-inbox></belfry-inbox><script type="module" src="${server.url}/belfry-inbox.js"></script></html>`,
    ),
  );
  await bell(page).click();
  await expect(inbox(page).getByRole('dialog')).toBeVisible();
  expect(asked.filter((path) => path.startsWith('/v1'))).toEqual([]);
  await page.evaluate((value) => {
    const element = document.querySelector('belfry-inbox');
    if (element) element.getToken = () => value;
  }, token);
  await expect(bell(page)).toHaveAccessibleName('Notifications, 1 unread');
});

test('can be tried with a token in an attribute', async ({ page, world }) => {
  const { token } = await person(world, 1);
  const { host, server } = world;
  const body = `<!doctype html><html lang="en"><title>x</title><belfry-inbox token="${token}" layout="page"></belfry-inbox><script type="module" src="${server.url}/belfry-inbox.js"></script></html>`;
  await page.goto(host.page('/attribute', body));
  await expect(rows(page)).toHaveCount(1);
});

for (const scheme of ['light', 'dark'] as const) {
  for (const layout of ['popover', 'panel', 'page']) {
    test(`has nothing for axe to find: ${layout}, ${scheme}`, async ({ page, world }) => {
      const { token } = await person(world, 4);
      tokens(world, token);
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(shop(world, `layout="${layout}"`));
      if (layout === 'popover') await bell(page).click();
      await expect(rows(page)).toHaveCount(4);
      await judge(page);
      const surface = await inbox(page)
        .locator('.panel')
        .evaluate((element) => getComputedStyle(element).backgroundColor);
      expect(surface).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(29, 28, 25)');
    });
  }
}

test('has a theme of its own where it is told so', async ({ page, world }) => {
  const { token } = await person(world);
  tokens(world, token);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(shop(world, 'layout="panel" theme="dark"'));
  await expect(inbox(page).locator('.panel')).toHaveCSS('background-color', 'rgb(29, 28, 25)');
  await expect(inbox(page).getByText('Nothing here yet')).toBeVisible();
  await judge(page);
});

test('is mirrored from right to left, and stays inside the window', async ({ page, world }) => {
  const { token } = await person(world, 2);
  tokens(world, token);
  await page.setViewportSize({ width: 390, height: 700 });
  await page.goto(shop(world, '', { html: 'lang="ar" dir="rtl"' }));
  await bell(page).click();
  await expect(rows(page)).toHaveCount(2);
  const box = await inbox(page).locator('.panel').boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(390);
  const face = await rows(page).first().locator('.avatar').boundingBox();
  const link = await rows(page).first().locator('.link').boundingBox();
  expect(face?.x).toBeGreaterThan(link?.x ?? 999);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  await judge(page);
});

test('follows reduced motion and forced colours', async ({ page, world }) => {
  const { token } = await person(world, 1);
  tokens(world, token);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto(shop(world));
  const panel = inbox(page).locator('.panel');
  await bell(page).click();
  await expect(panel).not.toHaveCSS('animation-name', 'none');
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  await expect(panel).toHaveCSS('animation-name', 'none');
  const seen = (name: string) =>
    inbox(page)
      .locator(name)
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  // What only a background shows has a colour of the system there.
  expect(await seen('.badge')).toBe(await seen('.dot'));
  expect(await seen('.badge')).not.toBe(await seen('.panel'));
});
