/** A hundred thousand people: the one before the last is found, and found again after a reload. */

import { crowd, Operator } from './operator.ts';
import { useServer } from './server.ts';
import { expect, test } from './test.ts';

const COUNT = 100_000;
const server = useServer();
let mei: Operator;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  mei = await Operator.setUp(server());
  await mei.groups('speakers', 'crew');
  await mei.people(crowd(COUNT, ['speakers', 'crew']));
});

test.beforeEach(({ context }) => mei.enter(context));

test('person 99,999 of 100,000 is found by search, and still after a reload', async ({ page }) => {
  await page.goto(`${server().url}/w/${mei.slug}/people`);
  // The operator is one more.
  await expect(page.getByText('100,001 active people')).toBeVisible();
  const rows = page.getByRole('table', { name: 'People' }).getByRole('row');
  await expect(rows).toHaveCount(51);
  await page.getByRole('searchbox', { name: 'Name, email or ID' }).fill('person-99999');
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole('main').getByText('1 found')).toBeVisible();
  await expect(rows.nth(1)).toContainText('person-99999');
  await expect(page).toHaveURL(/\?q=person-99999$/);

  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue('person-99999');
  await expect(rows).toHaveCount(2);
  await rows.nth(1).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/people\/person-99999$/);
  await expect(page.getByText('person-99999@people.example').first()).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue('person-99999');
  await expect(rows).toHaveCount(2);
});

test('filters stand in the address and narrow what the server gives', async ({ page }) => {
  await page.goto(`${server().url}/w/${mei.slug}/people`);
  await page.getByRole('combobox', { name: 'Group' }).click();
  await page.getByRole('option', { name: 'crew' }).click();
  await expect(page).toHaveURL(/[?&]group=crew/);
  await page.getByRole('searchbox').fill('noah person-0000');
  await expect(page.getByText('Nobody fits')).toBeVisible();
  await page.getByRole('searchbox').fill('greta person-0000');
  const rows = page.getByRole('table', { name: 'People' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText('person-00002');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(rows).toHaveCount(51);
  await expect(page).toHaveURL(/\/people$/);
});

test('the list goes on with its next page', async ({ page }) => {
  await page.goto(`${server().url}/w/${mei.slug}/people`);
  const rows = page.getByRole('table', { name: 'People' }).getByRole('row');
  await expect(rows).toHaveCount(51);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expect(rows).toHaveCount(101);
});

test('sending to all of them runs to its end, and counts add up', async ({ page }) => {
  test.setTimeout(120_000);
  const id = await mei.notify('Doors open at nine', { title: 'To everyone' });
  await page.goto(`${server().url}/w/${mei.slug}/notifications/${id}`);
  const bar = page.getByRole('progressbar', { name: 'Deliveries that ended' });
  await expect(bar).toHaveAttribute('aria-valuenow', String(COUNT + 1), { timeout: 90_000 });
  await expect(bar).toHaveAttribute('aria-valuemax', String(COUNT + 1));
  await expect(page.getByText('100,001 of 100,001')).toBeVisible();
});
