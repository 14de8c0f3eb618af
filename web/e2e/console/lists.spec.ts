/** Notifications as a list: filters in the address, the way back, addresses that lead somewhere and nowhere. */

import { crowd, Operator } from './operator.ts';
import { useServer } from './server.ts';
import { expect, NOT_SIGNED_IN, test } from './test.ts';

const server = useServer();
let mei: Operator;
let sent: string;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  await mei.people(crowd(3));
  sent = await mei.notify('Doors open at nine', { title: 'Doors' });
  await mei.notify('Lunch is served', { title: 'Lunch' });
  await mei.draft({ title: 'Not yet', message: 'The party begins' });
});

test('filters and search stand in the address, and the back button returns to them', async ({
  page,
  context,
}) => {
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/notifications`);
  const rows = page.getByRole('table', { name: 'Notifications' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  await page.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option', { name: 'Draft' }).click();
  await expect(page).toHaveURL(/\?status=draft$/);
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('Not yet');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByLabel('Search title, sender, text').fill('lunch');
  await expect(page).toHaveURL(/\?q=lunch$/);
  await expect(rows).toHaveCount(2);

  await rows.nth(1).getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Lunch' })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\?q=lunch$/);
  await expect(rows).toHaveCount(2);
  await page.getByLabel('Search title, sender, text').fill('nothing of the kind');
  await expect(page.getByText('Nothing fits')).toBeVisible();
});

test('a filter by hand that does not exist is left out', async ({ page, context }) => {
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/notifications?status=nonsense`);
  await expect(page.getByRole('table', { name: 'Notifications' }).getByRole('row')).toHaveCount(4);
  await expect(page).toHaveURL(/\/notifications$/);
});

test('a deep link leads back to itself after signing in', async ({ page, watch }) => {
  watch.allow(NOT_SIGNED_IN);
  await page.goto(`${server().url}/w/${mei.slug}/notifications/${sent}`);
  await page.getByLabel('Email').fill(mei.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Doors' })).toBeVisible();
  await expect(page).toHaveURL(`${server().url}/w/${mei.slug}/notifications/${sent}`);
});

test('addresses that lead nowhere say so', async ({ page, context, watch }) => {
  watch.allow(/status of 404/);
  await mei.enter(context);
  for (const path of [
    `/w/${mei.slug}/notifications/ntf_00000000000000000000000000000000`,
    `/w/${mei.slug}/people/nobody-of-this-name`,
    `/w/${mei.slug}/groups/no-such-group`,
    '/w/of-somebody-else',
    `/w/${mei.slug}/no/such/room`,
  ]) {
    await page.goto(server().url + path);
    await expect(page.getByRole('heading', { name: 'There is nothing here' }), path).toBeVisible();
  }
});

test('rooms are reached by their keys, and the palette leads to them', async ({ page, context }) => {
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  for (const [keys, name] of [
    ['gn', 'Notifications'],
    ['gp', 'People'],
    ['gg', 'Groups'],
    ['gh', 'Home'],
  ] as const) {
    for (const key of keys) await page.keyboard.press(key);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  }
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Where to, or what to do?').fill('peop');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();
});
