/** What people get wrong: said at the field and in a summary, in words, and nothing that was typed is lost. */

import type { Page } from '@playwright/test';
import { Operator } from './operator.ts';
import { png, SVG } from './pictures.ts';
import { useServer } from './server.ts';
import { expect, NOT_SIGNED_IN, test } from './test.ts';

const server = useServer();
let mei: Operator;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
});

const REFUSED = /status of (415|422|413|409)/;

test('the set-up form says what is missing and takes the focus to it', async ({ page, watch }) => {
  watch.allow(NOT_SIGNED_IN);
  // This installation is set up already: the form is not there, and the page says where to go.
  await page.goto(server().setupLink);
  await expect(page.getByText('This installation is set up.')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign in' }).click();
  const summary = page.getByRole('alert');
  await expect(summary).toBeFocused();
  await expect(summary).toContainText('Enter an email address');
  await summary.getByRole('button', { name: /Enter the password/ }).click();
  await expect(page.getByRole('textbox', { name: 'Password' })).toBeFocused();
});

test("the server's faults stand at their fields, and values stay", async ({ page, context, watch }) => {
  // Whether somebody is there already is asked first: nobody is.
  watch.allow(REFUSED, /status of 404 .*\/users\//);
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/people?add=true`);
  const dialog = page.getByRole('dialog', { name: 'Add a person' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('عمر بن سعيد');
  await dialog.getByRole('textbox', { name: 'Email' }).fill('this is no address');
  await dialog.getByRole('button', { name: 'Add person' }).click();
  const summary = dialog.getByRole('alert');
  await expect(summary).toBeFocused();
  await expect(summary).toContainText('This is not an email address');
  await expect(dialog.getByRole('textbox', { name: 'Email' })).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByRole('textbox', { name: 'Name' })).toHaveValue('عمر بن سعيد');
  await dialog.getByRole('textbox', { name: 'Email' }).fill('omar@people.example');
  await dialog.getByRole('button', { name: 'Add person' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('table', { name: 'People' })).toContainText('عمر بن سعيد');

  // The same address once more.
  await page.goto(`${server().url}/w/${mei.slug}/people?add=true`);
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Somebody else');
  await dialog.getByRole('textbox', { name: 'Email' }).fill('omar@people.example');
  await dialog.getByRole('button', { name: 'Add person' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Somebody is here with it already');
});

async function importFile(page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  await page.goto(`${server().url}/w/${mei.slug}/people/import`);
  await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
}

test('files that cannot be imported are refused with the reason', async ({ page, context, watch }) => {
  watch.allow(REFUSED);
  await mei.enter(context);
  const wide = Buffer.from(`${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n1,2,3\n`);
  for (const [name, type, bytes, words] of [
    ['photo.png', 'image/png', png(2, 2), 'This is not a text file.'],
    ['photo.csv', 'text/csv', png(2, 2), 'This is not a text file.'],
    ['nothing.csv', 'text/csv', Buffer.alloc(0), 'The file is empty.'],
    [
      'headings.csv',
      'text/csv',
      Buffer.from('Name,Email\n'),
      'The file has headings, but no rows below them.',
    ],
    ['wide.csv', 'text/csv', wide, 'The file has more columns than any list of people needs.'],
    ['open.csv', 'text/csv', Buffer.from('Name,Email\n"Ann,a@x.example\n'), 'A quoted cell does not end'],
    ['people.xlsx', 'application/octet-stream', Buffer.from('PK'), 'This is a workbook.'],
  ] as const) {
    await importFile(page, name, type, bytes);
    const alert = page.getByRole('alert');
    await expect(alert, name).toContainText('This file cannot be used');
    await expect(alert, name).toContainText(words);
    // Another one can be chosen at once.
    await expect(page.getByRole('button', { name: 'Choose a file' }), name).toBeEnabled();
  }
});

test('rows that cannot be taken are named by number and can be fetched', async ({ page, context }) => {
  await mei.enter(context);
  const rows = [
    'Name,Email',
    'Ann Lee,ann@people.example',
    '=cmd(),no address',
    'Ben Ode,ben@people.example',
  ];
  await importFile(page, 'list.csv', 'text/csv', Buffer.from(rows.join('\n')));
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText('1 row is left out')).toBeVisible();
  await expect(page.getByRole('table').getByRole('row').nth(1)).toContainText('3');
  const download = page.waitForEvent('download');
  await page.getByText('Download these rows').click();
  const stream = await (await download).createReadStream();
  let text = '';
  for await (const part of stream) text += part;
  // A cell that a spreadsheet would run is quoted.
  expect(text).toContain("'=cmd()");
  await page.getByRole('button', { name: 'Import 2 people' }).click();
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();
});

test('pictures that are too large or of another kind are refused as a photo', async ({ page, context }) => {
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/compose`);
  await page.getByRole('textbox', { name: 'Title' }).fill('🎉');
  for (const [name, mimeType, buffer, words] of [
    ['huge.png', 'image/png', png(60_000, 60_000), 'more than 40 million pixels'],
    ['drawing.svg', 'image/svg+xml', SVG, 'Choose a PNG, JPEG or WebP picture.'],
    ['drawing.png', 'image/png', SVG, 'This picture cannot be read.'],
  ] as const) {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Add a photo' }).click();
    await (await chooser).setFiles({ name, mimeType, buffer });
    await expect(page.getByRole('alert').filter({ hasText: words }), name).toBeVisible();
  }
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add a photo' }).click();
  await (await chooser).setFiles({ name: 'face.png', mimeType: 'image/png', buffer: png(300, 200) });
  await page.getByRole('button', { name: 'Use this photo' }).click();
  await expect(page.getByRole('button', { name: 'Change photo' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('🎉');
});

test('the server refuses such an icon too, and says why', async ({ page, context, watch }) => {
  watch.allow(REFUSED);
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/settings`);
  await page.getByRole('button', { name: 'Choose a picture' }).waitFor();
  for (const [name, mimeType, buffer, words] of [
    ['huge.png', 'image/png', png(60_000, 60_000), 'The picture has too many pixels'],
    ['drawing.svg', 'image/svg+xml', SVG, 'This is no PNG, JPEG or WebP picture.'],
    ['drawing.png', 'image/png', SVG, 'This picture cannot be read.'],
  ] as const) {
    await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
    await expect(page.getByText(words), name).toBeVisible();
  }
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'i.png', mimeType: 'image/png', buffer: png(64, 64) });
  await expect(page.getByText('The icon is set.').first()).toBeVisible();
});

test('a title of a hundred wide characters is taken, one more is not', async ({ page, context, watch }) => {
  watch.allow(REFUSED);
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/compose`);
  await page.getByRole('textbox', { name: 'Title' }).fill('漢'.repeat(100));
  await expect(page.getByText(/^Saved \d/)).toBeVisible();
  await page.getByRole('textbox', { name: 'Title' }).fill('漢'.repeat(101));
  await page.getByRole('button', { name: 'Review and send' }).click();
  await expect(page.getByText('At most 100 characters').first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('漢'.repeat(101));
});
