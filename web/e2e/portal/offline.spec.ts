/** Without a connection the last items can be read; with a newer build the page offers itself anew, and never reloads. */

import type { Page } from '@playwright/test';
import { Server } from '../console/server.ts';
import { Between } from './proxy.ts';
import { inboxWith, kept, row, signIn, Workspace } from './receiver.ts';
import { ENDED, expect, OFFLINE, test } from './test.ts';

let proxy: Between;
let server: Server;
let ws: Workspace;
test.beforeAll(async () => {
  proxy = await Between.start();
  server = await Server.start({ BELFRY_PUBLIC_URL: proxy.url });
  proxy.target = server.url;
  ws = await Workspace.setUp(server);
});
test.afterEach(() => {
  proxy.build = 1;
  proxy.comeBack();
});
test.afterAll(async () => {
  await proxy.close();
  await server.close();
});

const app = (path = '') => ws.app(path).replace(server.url, proxy.url);
/** The shell is there and the list is kept. */
const settled = async (page: Page, title = '') => {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(1);
  await expect.poll(() => kept(page, 'belfry-last', 'inboxes')).toContain(title || '"items"');
};

test('Offline and back: the list and its items can be read, and what came meanwhile follows', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(OFFLINE);
  const person = await inboxWith(ws, page, 'Hall plan', 'Lunch');
  await settled(page, 'Lunch');
  await context.setOffline(true);
  await expect(page.getByText('You are offline. What you see was loaded earlier.')).toBeVisible();
  await page.reload();
  await expect(row(page, 'Hall plan')).toBeVisible();
  await expect(page.locator('.bell .badge')).toHaveText('2');
  await expect(page.getByText('You are offline.')).toBeVisible();
  await row(page, 'Hall plan').locator('.link').click();
  await expect(page.locator('.item-page').getByText('Come and see.')).toBeVisible();
  // Its own address, opened without a connection.
  await page.reload();
  await expect(page.locator('.item-page').getByText('Come and see.')).toBeVisible();
  await page.goto(app('settings'));
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();

  await ws.send({ title: 'While you were away', to: person });
  await context.setOffline(false);
  await page.goto(app());
  await expect(row(page, 'While you were away')).toBeVisible();
  await expect(page.getByText('You are offline.')).toBeHidden();
});

test('A server that is away is no empty page, and its return is noticed', async ({ page, watch }) => {
  watch.allow(OFFLINE, /ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION/);
  await inboxWith(ws, page, 'Before');
  await settled(page, 'Before');
  proxy.goAway();
  await page.reload();
  await expect(row(page, 'Before')).toBeVisible();
  await expect(page.getByText('Reconnecting…')).toBeVisible();
  proxy.comeBack();
  await expect(page.getByText('Reconnecting…')).toBeHidden({ timeout: 60_000 });
});

test('A list that could not be read again says that it is older', async ({ page, watch }) => {
  watch.allow(/status of 500/);
  await inboxWith(ws, page, 'Older');
  await settled(page, 'Older');
  await page.route('**/v1/me/inbox?*', (route) => route.fulfill({ status: 500, body: '' }));
  await page.reload();
  await expect(row(page, 'Older')).toBeVisible();
  await expect(page.getByText('The list could not be brought up to date.')).toBeVisible();
  await page.unroute('**/v1/me/inbox?*');
  await page.locator('.old-list').getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByText('The list could not be brought up to date.')).toHaveCount(0);
});

test('What is kept goes with a session that has ended', async ({ page, watch }) => {
  watch.allow(ENDED);
  const person = await inboxWith(ws, page, 'Private');
  await settled(page, 'Private');
  await page.goto('about:blank');
  await ws.me(await ws.token(person), 'POST', '/sign-out-everywhere');
  await page.goto(app());
  await expect(page.getByText('Your sign-in has ended.')).toBeVisible();
  await expect(page.getByText('Private')).toHaveCount(0);
});

test('A newer build waits until the reader takes it, also for the tab beside', async ({ page, context }) => {
  const person = await ws.person();
  await signIn(page, await ws.magicLink(person));
  await settled(page);
  const beside = await context.newPage();
  await beside.goto(app());
  await expect(beside.locator('[data-action="bell"]')).toBeVisible();
  await page.evaluate(() => Object.assign(window, { mark: 'not reloaded' }));
  proxy.build = 2;
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  const offer = page.getByRole('button', { name: 'Update now' });
  await expect(offer).toBeVisible();
  await expect(beside.getByRole('button', { name: 'Update now' })).toBeVisible();
  expect(await page.evaluate(() => (window as { mark?: string }).mark)).toBe('not reloaded');
  await beside.evaluate(() => Object.assign(window, { mark: 'not reloaded' }));
  await offer.click();
  await page.waitForFunction(() => !('mark' in window));
  await expect(page.locator('[data-action="bell"]')).toBeVisible();
  await expect(offer).toHaveCount(0);
  // The tab beside goes on as it was until its own reader says so.
  expect(await beside.evaluate(() => (window as { mark?: string }).mark)).toBe('not reloaded');
  await beside.getByRole('button', { name: 'Update now' }).click();
  await beside.waitForFunction(() => !('mark' in window));
});
