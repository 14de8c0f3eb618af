/** One person's page: put right, cancelled and brought back whole, deleted for good, reached by a test push. */

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Operator } from './operator.ts';
import { PushService } from './push.ts';
import { useServer } from './server.ts';
import { expect, test } from './test.ts';

const server = useServer();
let mei: Operator;
let push: PushService;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  push = await PushService.start();
  await mei.groups('crew', 'speakers');
  const groups = ['crew', 'speakers'];
  await mei.people([
    { external_id: 'noah', name: 'Noah Okafor', email: 'noah@people.example', groups },
    { external_id: 'greta', name: 'Greta Lindqvist', email: 'greta@people.example', groups },
    { external_id: 'zoe', name: 'Zoë van der Meer', email: 'zoe@people.example', groups: ['crew'] },
  ]);
});
test.afterAll(() => push?.close());
test.beforeEach(({ context }) => mei.enter(context));

const visit = (page: Page, id: string) => page.goto(`${server().url}/w/${mei.slug}/people/${id}`);

test('a name is changed and an address taken away, and both stay so', async ({ page }) => {
  await visit(page, 'zoe');
  await page.getByRole('link', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Edit the person' });
  const email = dialog.getByRole('textbox', { name: 'Email' });
  await expect(email).toHaveValue('zoe@people.example');
  await email.clear();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Zoë Meer');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  const heading = page.getByRole('heading', { level: 1, name: 'Zoë Meer' });
  await expect(heading).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText('zoe@people.example');

  await page.reload();
  await expect(heading).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText('zoe@people.example');
  await page.keyboard.press('e');
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('Zoë Meer');
  await expect(email).toHaveValue('');
  const zoe = await mei.of('GET', '/users/zoe');
  expect(zoe).toMatchObject({ name: 'Zoë Meer', groups: ['crew'] });
  expect(zoe.email ?? null).toBeNull();
});

test('a cancelled membership comes back with its groups and its devices', async ({ page }) => {
  const device = await push.device(mei, 'noah', 'android');
  const before = await mei.of('GET', '/users/noah');
  expect(before).toMatchObject({ status: 'active', groups: ['crew', 'speakers'] });
  await visit(page, 'noah');
  await page.getByRole('button', { name: 'More about this person' }).click();
  await page.getByRole('menuitem', { name: 'Cancel the membership' }).click();
  await expect(page.getByRole('button', { name: 'Make active again' })).toBeVisible();
  expect(await mei.of('GET', '/users/noah')).toMatchObject({ status: 'cancelled' });

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Noah Okafor is active again.').first()).toBeVisible();
  const main = page.getByRole('main');
  await expect(main.getByText('Active', { exact: true })).toBeVisible();
  for (const group of ['crew', 'speakers'])
    await expect(main.getByRole('link', { name: group })).toBeVisible();
  await expect(main.getByText('Push reaches it')).toBeVisible();
  const after = await mei.of('GET', '/users/noah');
  expect(after).toMatchObject({ status: 'active', groups: before.groups, devices: before.devices });

  // The device is not only listed: a test reaches it, as the first one would have.
  const from = push.posts.length;
  await main.getByRole('button', { name: 'Send a test to Chrome on Android' }).click();
  await expect.poll(() => push.posts.slice(from)).toEqual([device]);
});

test('the test of one device arrives there and at no other', async ({ page }) => {
  const phone = await push.device(mei, 'greta', 'android');
  const laptop = await push.device(mei, 'greta', 'windows');
  const from = push.posts.length;
  await visit(page, 'greta');
  await page.getByRole('button', { name: 'Send a test to Firefox on Windows' }).click();
  await expect(page.getByText('A test is on its way to Firefox on Windows.').first()).toBeVisible();
  await expect.poll(() => push.posts.slice(from)).toEqual([laptop]);
  await page.getByRole('button', { name: 'Send a test to Chrome on Android' }).click();
  await expect.poll(() => push.posts.slice(from)).toEqual([laptop, phone]);
});

test('somebody is deleted for good only once their name was typed', async ({ page, watch }) => {
  watch.allow(/status of 404/);
  await mei.people([{ external_id: 'gone', name: 'Łukasz Sá', email: 'gone@people.example' }]);
  await visit(page, 'gone');
  await page.getByRole('button', { name: 'More about this person' }).click();
  await page.getByRole('menuitem', { name: /^Delete the person/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete Łukasz Sá?' });
  const name = dialog.getByRole('textbox');
  await name.fill('Lukasz Sa');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await expect(dialog.getByText('This is not the same name')).toBeVisible();
  expect((await mei.of('GET', '/users/gone')).name).toBe('Łukasz Sá');

  await name.fill('Łukasz Sá');
  await dialog.getByRole('button', { name: 'Delete for good' }).click();
  await expect(page).toHaveURL(/\/people$/);
  await expect(page.getByText('Łukasz Sá is deleted.').first()).toBeVisible();
  const table = page.getByRole('table', { name: 'People' });
  await expect(table).toContainText('Noah Okafor');
  await expect(table).not.toContainText('Łukasz Sá');
  expect((await mei.ask('GET', `/workspaces/${mei.ws}/users/gone`)).status).toBe(404);
  await visit(page, 'gone');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
});

test('a file that is too large, and one of blank lines, are refused in words', async ({ page, watch }) => {
  watch.allow(/status of 422/);
  const folder = await mkdtemp(join(tmpdir(), 'belfry-e2e-files-'));
  try {
    // All zeros, of which the disk keeps nothing.
    const huge = join(folder, 'huge.csv');
    const file = await open(huge, 'w');
    await file.truncate(200 * 1024 * 1024 + 1);
    await file.close();
    const asked: string[] = [];
    page.on(
      'request',
      (request) => void asked.push(`${request.method()} ${new URL(request.url()).pathname}`),
    );
    await page.goto(`${server().url}/w/${mei.slug}/people/import`);
    const alert = page.getByRole('alert');
    await page.locator('input[type=file]').setInputFiles(huge);
    await expect(alert).toContainText('larger than 200 MB');
    // It was not sent to hear that.
    expect(asked.filter((one) => /^POST .*\/imports$/.test(one))).toEqual([]);
    const blank = { name: 'blank.csv', mimeType: 'text/csv', buffer: Buffer.from('\n\r\n   \n') };
    await page.locator('input[type=file]').setInputFiles(blank);
    await expect(alert).toContainText('The file is empty.');
    expect(asked.filter((one) => /^POST .*\/imports$/.test(one))).toHaveLength(1);
    await expect(page.getByRole('button', { name: 'Choose a file' })).toBeEnabled();
  } finally {
    await rm(folder, { recursive: true });
  }
});
