/** A person's settings: each change holds, reaches other pages, and is put back where it could not be saved. */

import { readFile } from 'node:fs/promises';
import { useServer } from '../console/server.ts';
import { inboxWith, row, signIn, Workspace } from './receiver.ts';
import { ENDED, expect, test } from './test.ts';

const server = useServer();
let ws: Workspace;
test.beforeAll(async () => {
  ws = await Workspace.setUp(server());
});

test('Language and time zone are saved at once, and kept', async ({ page, watch }) => {
  const person = await ws.person();
  await signIn(page, await ws.magicLink(person));
  await page.locator('.list-tools [data-action="settings"]').click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeFocused();
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await expect(page.locator('.toast').getByText('Saved.')).toBeVisible();
  await page.getByLabel('Language', { exact: true }).selectOption('de');
  await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  const { user } = (await ws.me(await ws.token(person), 'GET', '')).body;
  expect(user).toMatchObject({ locale: 'de', time_zone: 'Asia/Tokyo' });

  const { page: other } = await watch.browser();
  await signIn(other, await ws.magicLink(person));
  await expect(other.getByRole('heading', { name: 'Mitteilungen' })).toBeVisible();

  // Back to what the browser says.
  await page.getByLabel('Sprache', { exact: true }).selectOption('');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('What could not be saved is put back and says so', async ({ page, watch }) => {
  watch.allow(/status of 503/);
  await signIn(page, await ws.magicLink(await ws.person()));
  await page.goto(ws.app('settings'));
  await page.route('**/v1/me', (route) =>
    route.request().method() === 'PATCH' ? route.fulfill({ status: 503, body: '' }) : route.continue(),
  );
  await page.getByLabel('Language', { exact: true }).selectOption('de');
  await expect(page.getByText('That could not be saved and was put back.')).toBeVisible();
  await expect(page.getByLabel('Language', { exact: true })).toHaveValue('');
});

test('My data comes as a file', async ({ page }) => {
  await inboxWith(ws, page, 'In my data');
  await page.goto(ws.app('settings'));
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download my data' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^riverside.*\.json$/);
  const data = await readFile(await file.path(), 'utf8');
  expect(data).toContain('In my data');
  expect(() => JSON.parse(data)).not.toThrow();
});

test('Deleting my data asks for what nobody types by chance', async ({ page, watch }) => {
  watch.allow(ENDED);
  const person = await inboxWith(ws, page, 'Gone soon');
  await page.goto(ws.app('settings'));
  await page.getByRole('button', { name: 'Delete my data…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete everything about you?' });
  const confirm = dialog.getByRole('button', { name: 'Delete for good' });
  await expect(confirm).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel(`Type ${person} to confirm`).fill('something else');
  await confirm.click({ force: true });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Delete my data…' }).click();
  await dialog.getByLabel(`Type ${person} to confirm`).fill(person);
  await confirm.click();
  await expect(page.getByRole('heading', { name: 'Your data is deleted' })).toBeVisible();
  expect((await ws.operator.ask('GET', `/workspaces/${ws.operator.ws}/users/${person}`)).status).toBe(404);
});

test('Signing out everywhere ends the other browser too', async ({ page, watch }) => {
  watch.allow(ENDED);
  const person = await inboxWith(ws, page, 'Mine');
  const { page: other } = await watch.browser();
  await signIn(other, await ws.magicLink(person));
  const unused = await ws.magicLink(person);
  await page.goto(ws.app('settings'));
  await page.getByRole('button', { name: 'Sign out everywhere…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(page.getByRole('heading', { name: 'You are signed out everywhere' })).toBeVisible();
  await expect(other.getByText('Your sign-in has ended.')).toBeVisible();
  watch.allow(/status of 404/);
  await other.goto(unused);
  await expect(other.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
});

test('Back from the settings stands the list, with the room’s address in between', async ({ page }) => {
  await inboxWith(ws, page, 'Here');
  await page.locator('.account').click();
  await page.getByRole('link', { name: 'Help with notifications' }).click();
  await expect(page).toHaveURL(ws.app('help'));
  await expect(page.getByRole('heading', { name: 'This browser: Chrome' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(row(page, 'Here')).toBeVisible();
  await page.goForward();
  await expect(page.getByRole('heading', { name: 'Help with notifications' })).toBeVisible();
});
