/** What is around every page: choices that stay, the palette, sessions elsewhere, failures that are recovered from. */

import type { Page } from '@playwright/test';
import { crowd, Operator, PASSWORD } from './operator.ts';
import { readRepositoryFile, useServer } from './server.ts';
import { ANSWER_LOST, expect, loseAnswer, NOT_SIGNED_IN, test } from './test.ts';

const server = useServer();
let mei: Operator;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  await mei.people(crowd(12));
});

const home = (): string => `${server().url}/w/${mei.slug}`;
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

/** The link of a room in the navigation. */
const room = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('link', { name, exact: true });

/** In the operator's menu, which has their name in every language. */
async function choose(page: Page, option: string): Promise<void> {
  await page.getByRole('button', { name: /Mei Tanaka/ }).click();
  await page.getByRole('menuitemradio', { name: option, exact: true }).click();
}

test('a language that was chosen stays after a reload and on other pages', async ({ page, context }) => {
  await mei.enter(context);
  const german = JSON.parse(await readRepositoryFile('locales/de/frame.json'));
  const people = german['room.people'];
  expect(people).not.toBe('People');
  await page.goto(home());
  await expect(room(page, 'People')).toBeVisible();
  await choose(page, 'Deutsch');
  await expect(room(page, people)).toBeVisible();
  await expect(room(page, 'People')).toHaveCount(0);

  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await room(page, people).click();
  await expect(heading(page, people)).toBeVisible();
  await choose(page, 'English');
  await expect(heading(page, 'People')).toBeVisible();
});

test('colours that were chosen stay after a reload, whatever the device prefers', async ({
  page,
  context,
}) => {
  await mei.enter(context);
  const html = page.locator('html');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(home());
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'light');
  const light = await background();
  await choose(page, 'Dark');
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(heading(page, 'Home')).toBeVisible();
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'dark');
  expect(await background()).not.toBe(light);
  await choose(page, 'As the device');
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(html).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('Ctrl+K leads to a page, also while somebody types', async ({ page, context }) => {
  await mei.enter(context);
  await page.goto(`${home()}/people`);
  await page.getByRole('searchbox').click();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('textbox', { name: 'Where to, or what to do?' });
  await expect(palette).toBeFocused();
  await palette.fill('nothing of the kind');
  await expect(page.getByText('Nothing fits')).toBeVisible();
  await palette.fill('notif');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/notifications$/);
  await expect(heading(page, 'Notifications')).toBeVisible();
  await expect(palette).toHaveCount(0);
});

test('Ctrl+K finds a person', async ({ page, context }) => {
  await mei.enter(context);
  await page.goto(home());
  await expect(heading(page, 'Home')).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Where to, or what to do?' }).fill('person-00007');
  await page.getByRole('dialog').getByText('Łukasz Kowalczyk').click();
  await expect(heading(page, 'Łukasz Kowalczyk')).toBeVisible();
  await expect(page).toHaveURL(/\/people\/person-00007$/);
});

test('a session that is ended in the profile signs that browser out, and only that one', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(NOT_SIGNED_IN, /status of 401/);
  await mei.enter(context);
  const { page: other } = await watch.browser();
  await other.goto(`${server().url}/sign-in`);
  await other.getByLabel('Email').fill(mei.email);
  await other.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(heading(other, 'Home')).toBeVisible();

  await page.goto(`${server().url}/profile`);
  const end = page.getByRole('button', { name: 'End the session of Chrome on Linux' });
  await end.click();
  // The row goes before the server has answered.
  await expect(page.getByText('The session has ended.').first()).toBeVisible();
  await expect(end).toHaveCount(0);
  await room(other, 'People').click();
  await expect(other.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
  await other.reload();
  await expect(heading(other, 'Sign in')).toBeVisible();

  // Here everything goes on.
  await room(page, 'People').click();
  await expect(page.getByRole('table', { name: 'People' })).toContainText('Łukasz Kowalczyk');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a page that fails says so, and Retry brings it', async ({ page, context, watch }) => {
  watch.allow(/status of 500/);
  await mei.enter(context);
  await page.goto(home());
  await expect(heading(page, 'Home')).toBeVisible();
  const asked = '**/v1/workspaces/*/users?*';
  const problem = { title: 'Internal Server Error', status: 500, code: 'internal', detail: 'No.' };
  await page.route(asked, (route) =>
    route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
  await room(page, 'People').click();
  await expect(page.getByRole('heading', { name: 'This did not load' })).toBeVisible();
  const retry = page.getByRole('main').getByRole('button', { name: 'Retry' });
  // Once more in vain, then for good.
  const again = page.waitForResponse(/\/users\?/);
  await retry.click();
  expect((await again).status()).toBe(500);
  await expect(retry).toBeVisible();
  await page.unroute(asked);
  await retry.click();
  await expect(page.getByRole('table', { name: 'People' }).getByRole('row')).toHaveCount(14);
  await expect(page.getByRole('heading', { name: 'This did not load' })).toHaveCount(0);
});

test('a room that was not loaded yet waits for the connection, and is there with it', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(/ERR_INTERNET_DISCONNECTED/, /Failed to fetch dynamically imported module/);
  await mei.enter(context);
  await page.goto(home());
  await expect(heading(page, 'Home')).toBeVisible();
  await context.setOffline(true);
  await room(page, 'Settings').click();
  await expect(page.getByText(/cannot be reached|no connection/i).first()).toBeVisible();
  await expect(page.getByText('A newer console is ready')).toHaveCount(0);

  await context.setOffline(false);
  await expect(page.getByRole('navigation', { name: 'Parts of the settings' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Riverside Summit 2026');
  await expect(page.getByText(/cannot be reached|no connection/i)).toHaveCount(0);
  await expect(page.getByText('A newer console is ready')).toHaveCount(0);
});

test('a workspace is made in the switcher, and its maker is a member of it', async ({
  page,
  context,
  watch,
}) => {
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}`);
  await page.getByRole('button', { name: /Switch workspace$/ }).click();
  await page.getByRole('menuitem', { name: 'New workspace' }).click();
  const dialog = page.getByRole('dialog', { name: 'New workspace of Harbour Events' });
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByLabel('Name').fill('Winter School');
  // Pressing again must not make a second one, which would be `winter-school-2`.
  watch.allow(ANSWER_LOST);
  await loseAnswer(page, '**/v1/workspaces');
  await dialog.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(page).toHaveURL(/\/w\/winter-school$/);
  await expect(page.getByRole('button', { name: /Winter School.*Switch workspace$/ })).toBeVisible();
  await page.goto(`${server().url}/w/winter-school/people`);
  await expect(
    page.getByRole('table', { name: 'People' }).getByRole('link', { name: 'Mei Tanaka' }),
  ).toBeVisible();
});
