/**
 * What stands around the text: a test to oneself, the toolbar, HTML beside Markdown, and previews that are the server's
 * own rendering.
 */

import type { Page } from '@playwright/test';
import { messageField, saved, titleField, write } from './compose.ts';
import { crowd, Operator } from './operator.ts';
import { PushService } from './push.ts';
import { useServer } from './server.ts';
import { expect, test } from './test.ts';

const server = useServer();
let mei: Operator;
let push: PushService;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  push = await PushService.start();
  await mei.people(crowd(2));
  await push.device(mei, 'person-00001', 'windows');
});
test.afterAll(() => push?.close());
test.beforeEach(({ context }) => mei.enter(context));

const begin = (page: Page) => page.goto(`${server().url}/w/${mei.slug}/compose`);
/** The draft of the page as the server has it. */
const draftOf = (page: Page) => mei.of('GET', `/drafts/${page.url().split('/').pop()}`);

test('a test to oneself asks for a device first, and then arrives there and nowhere else', async ({
  page,
  watch,
}) => {
  watch.allow(/status of 409/);
  await begin(page);
  await write(page, 'Doors', 'Doors open at nine');
  await page.getByText('Everyone', { exact: true }).click();
  await page.getByRole('button', { name: 'Send me a test' }).click();
  await expect(page.getByText('You have no device in this workspace yet.').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Connect a device' })).toBeVisible();
  expect(push.posts).toEqual([]);

  const { user } = await mei.of('GET', '/myself');
  const mine = await push.device(mei, user.external_id, 'android');
  await page.getByRole('button', { name: 'Send me a test' }).click();
  await expect(page.getByText('A test is on its way to your device.').first()).toBeVisible();
  await expect.poll(() => push.posts).toEqual([mine]);
  // It stays a draft, and costs nothing.
  expect(await draftOf(page)).toMatchObject({ title: 'Doors', message: 'Doors open at nine' });
  expect(await mei.of('GET', '/quota')).toMatchObject({ used: 0 });
  const { items } = await mei.of('GET', '/notifications?origin=test');
  expect(items).toMatchObject([{ title: 'Doors', people: 1 }]);
});

test('bold and an emoji of the toolbar are in the text', async ({ page }) => {
  await begin(page);
  await write(page, 'Room change', 'The keynote moves to ');
  await page.getByRole('button', { name: 'Bold' }).click();
  await expect(messageField(page)).toBeFocused();
  await page.keyboard.type('Hall B');
  await expect(messageField(page)).toHaveText('The keynote moves to **Hall B**');
  await page.keyboard.press('End');
  await page.getByRole('button', { name: 'Emoji' }).click();
  await page.getByRole('searchbox', { name: 'Search emoji' }).fill('party popper');
  await page.getByRole('gridcell', { name: 'party popper' }).click();
  await expect(messageField(page)).toHaveText('The keynote moves to **Hall B**🎉');
  await expect(messageField(page)).toBeFocused();
  await saved(page);
  await expect.poll(() => draftOf(page)).toMatchObject({ message: 'The keynote moves to **Hall B**🎉' });
});

test('another format keeps every word, and the toolbar speaks it', async ({ page }) => {
  await begin(page);
  const written = 'Doors open at <em>nine</em>, not **ten**';
  await write(page, 'Doors', written);
  const format = page.getByRole('radiogroup', { name: 'Format of the message' });
  await format.getByText('HTML').click();
  await expect(messageField(page)).toHaveText(written);
  await expect(messageField(page)).toHaveAccessibleDescription(/^HTML\. Scripts and styles are taken out/);
  await messageField(page).click();
  await page.keyboard.press('Control+End');
  await page.getByRole('button', { name: 'Bold' }).click();
  await page.keyboard.type('!');
  const both = `${written}<strong>!</strong>`;
  await expect(messageField(page)).toHaveText(both);
  await saved(page);
  await expect.poll(() => draftOf(page)).toMatchObject({ format: 'html', message: both });
  await page.getByRole('tab', { name: 'Opened' }).click();
  const opened = page.frameLocator('iframe[title="Opened"]');
  await expect(opened.locator('em')).toHaveText('nine');
  await expect(opened.locator('strong')).toHaveText(['!']);
  await expect(opened.getByText('not **ten**')).toBeVisible();

  await page.reload();
  await expect(format.getByRole('radio', { name: 'HTML' })).toBeChecked();
  await expect(messageField(page)).toHaveText(both);
  await format.getByText('Markdown').click();
  await expect(messageField(page)).toHaveText(both);
  await expect.poll(() => draftOf(page)).toMatchObject({ format: 'markdown', message: both });
  await page.getByRole('tab', { name: 'Opened' }).click();
  await expect(opened.locator('strong')).toHaveText(['ten', '!']);
});

test('every preview shows the title and the message as the server renders them', async ({ page }) => {
  await begin(page);
  const message = 'The keynote moves to **Hall B**.';
  await titleField(page).fill('Room change 🎉');
  await messageField(page).fill(message);
  const { push: rendered, item } = await mei.of('POST', '/notifications/preview', {
    title: 'Room change 🎉',
    message,
  });
  // Plain text, made by the server.
  expect(rendered).toMatchObject({ title: 'Room change 🎉', body: 'The keynote moves to Hall B.' });
  expect(item).toMatchObject({ title: 'Room change 🎉', message: 'The keynote moves to Hall B.' });
  const previews = page.getByRole('complementary', { name: 'Preview' });
  for (const [tab, words] of [
    ['Lock screen', rendered.body],
    ['Desktop', rendered.body],
    ['Inbox', item.message],
  ] as const) {
    await previews.getByRole('tab', { name: tab }).click();
    const panel = previews.getByRole('tabpanel', { name: tab });
    await expect(panel.getByText('Room change 🎉', { exact: true })).toBeVisible();
    await expect(panel.getByText(words, { exact: true })).toBeVisible();
  }
  await previews.getByRole('tab', { name: 'Opened' }).click();
  const opened = previews.frameLocator('iframe');
  await expect(opened.getByText('Room change 🎉').first()).toBeVisible();
  await expect(opened.getByText('The keynote moves to Hall B.')).toBeVisible();
  await expect(opened.locator('strong')).toHaveText('Hall B');
  // They follow what is written.
  await titleField(page).fill('Another room');
  await previews.getByRole('tab', { name: 'Lock screen' }).click();
  await expect(previews.getByText('Another room', { exact: true })).toBeVisible();
});
