/** The list and an item's page: filters, search, changes with their way back, keys, fingers, and what comes live. */

import type { Page } from '@playwright/test';
import { useServer } from '../console/server.ts';
import { inboxWith, row, signIn, Workspace } from './receiver.ts';
import { expect, test } from './test.ts';

const server = useServer();
let ws: Workspace;
test.beforeAll(async () => {
  ws = await Workspace.setUp(server());
});

const badge = (page: Page) => page.locator('.bell .badge');
const press = (page: Page, title: string, action: string) =>
  row(page, title).locator(`[data-action="${action}"]`).click();
const undo = (page: Page) => page.locator('.toast').getByRole('button', { name: 'Undo' }).click();

test('An item shows who, when, what it is about, and how many are stacked', async ({ page }) => {
  const person = await ws.person();
  const subject = { kind: 'ticket', id: 'T-42', title: 'Printer jams', url: 'https://desk.example/T-42' };
  for (const message of ['First', 'Second', 'Found the part']) {
    await ws.raise({
      recipients: [person],
      subject,
      actor: { name: 'Maya Okafor' },
      title: 'New message',
      message,
    });
  }
  await signIn(page, await ws.magicLink(person));
  const one = row(page, 'New message');
  await expect(one).toHaveCount(1);
  await expect(one).toContainText('Found the part');
  await expect(one).toContainText('T-42');
  await expect(one.locator('.stack')).toHaveAttribute('title', '3 notifications about this');
  await expect(one.locator('time')).toHaveAttribute('title', /\d{4}/);
  await expect(one.locator('.link')).toHaveAttribute('href', subject.url);
  await expect(one.locator('.avatar')).toHaveText('MO');
  await expect(badge(page)).toHaveText('1');
});

test('Archive and delete can be undone, and stay when they are not', async ({ page, watch }) => {
  // Whether the last words of a page arrived, the next one finds out by saying them again.
  watch.allow(/404 .*\/v1\/me\/inbox\/itm_/);
  const person = await inboxWith(ws, page, 'Keep', 'Archive me', 'Delete me');
  await press(page, 'Archive me', 'archive');
  await expect(row(page, 'Archive me')).toHaveCount(0);
  await expect(badge(page)).toHaveText('2');
  await undo(page);
  await expect(row(page, 'Archive me')).toBeVisible();
  await expect(badge(page)).toHaveText('3');

  await press(page, 'Archive me', 'archive');
  await press(page, 'Delete me', 'remove');
  await expect(row(page, 'Delete me')).toHaveCount(0);
  // Leaving the page ends what could still be undone.
  await page.reload();
  await expect(row(page, 'Keep')).toBeVisible();
  await expect(row(page, 'Delete me')).toHaveCount(0);
  await expect(row(page, 'Archive me')).toHaveCount(0);

  await page.getByRole('button', { name: 'Archived' }).click();
  await expect(row(page, 'Archive me')).toBeVisible();
  await expect(row(page, 'Delete me')).toHaveCount(0);
  await row(page, 'Archive me').getByRole('button', { name: 'Move to inbox' }).click();
  await expect(page.getByRole('heading', { name: 'The archive is empty' })).toBeVisible();
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await expect(row(page, 'Archive me')).toBeVisible();
  const token = await ws.token(person);
  await expect
    .poll(async () =>
      (await ws.me(token, 'GET', '/inbox')).body.items.map((one: { title: string }) => one.title),
    )
    .toEqual(['Archive me', 'Keep']);
});

test('What was put back from the archive can go there again', async ({ page }) => {
  const person = await inboxWith(ws, page, 'Keep', 'One', 'Two');
  for (const title of ['One', 'Two']) await press(page, title, 'archive');
  await page.getByRole('button', { name: 'Archived' }).click();
  await page.locator('.toast').getByRole('button', { name: 'Dismiss' }).click();
  const archived = page.getByRole('button', { name: 'Archived' });
  await expect(row(page, 'Two')).toBeVisible();
  for (const title of ['One', 'Two']) {
    await row(page, title).getByRole('button', { name: 'Move to inbox' }).click();
    await expect(row(page, title)).toHaveCount(0);
  }
  await expect(page.locator('.toast')).toHaveCount(1);
  await expect(page.locator('.toast')).toContainText('2 back in the inbox.');
  // They are there at once, also while it can be undone.
  await page.getByRole('button', { name: 'All', exact: true }).click();
  for (const title of ['One', 'Two']) await expect(row(page, title)).toBeVisible();
  await expect(badge(page)).toHaveText('3');
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).press('Enter');
  for (const title of ['One', 'Two']) await expect(row(page, title)).toHaveCount(0);
  await expect(badge(page)).toHaveText('1');
  await archived.click();
  for (const title of ['One', 'Two']) await expect(row(page, title)).toBeVisible();
  const { items } = (await ws.me(await ws.token(person), 'GET', '/inbox?archived=true')).body;
  expect(items).toHaveLength(2);
});

test('What was deleted and then put back from the archive is not deleted after all', async ({ page }) => {
  const person = await inboxWith(ws, page, 'Keep', 'Second thoughts');
  await press(page, 'Second thoughts', 'remove');
  await page.getByRole('button', { name: 'Archived' }).click();
  await row(page, 'Second thoughts').getByRole('button', { name: 'Move to inbox' }).click();
  await page.locator('.toast[data-key="inbox.removed"] [data-action="dismiss"]').click();
  await page.reload();
  await expect(row(page, 'Second thoughts')).toBeVisible();
  await expect(badge(page)).toHaveText('2');
  const { items } = (await ws.me(await ws.token(person), 'GET', '/inbox')).body;
  expect(items).toHaveLength(2);
});

test('Several in a row are one undo, and no news pushes it out', async ({ page }) => {
  const person = await inboxWith(ws, page, 'Four', 'Three', 'Two', 'One');
  for (const title of ['One', 'Two', 'Three', 'Four']) await press(page, title, 'archive');
  await expect(page.locator('.toast')).toHaveCount(1);
  await expect(page.locator('.toast')).toContainText('4 archived.');
  for (let n = 0; n < 4; n++) await ws.raise({ recipients: [person], title: `News ${n}`, message: '…' });
  await expect(row(page, 'News 3')).toBeVisible();
  await undo(page);
  for (const title of ['One', 'Two', 'Three', 'Four']) await expect(row(page, title)).toBeVisible();
  const { items } = (await ws.me(await ws.token(person), 'GET', '/inbox?archived=true')).body;
  expect(items).toEqual([]);
});

test('What a browser forgot when the page was left is done at the next opening', async ({ page }) => {
  const person = await inboxWith(ws, page, 'Keep', 'Archive me', 'Delete me');
  // As a browser with much to do: what is said last never leaves it.
  await page.evaluate(() => {
    const say = window.fetch;
    window.fetch = (input, init) => (init?.keepalive ? new Promise(() => undefined) : say(input, init));
  });
  await press(page, 'Archive me', 'archive');
  await press(page, 'Delete me', 'remove');
  await page.reload();
  await expect(row(page, 'Keep')).toBeVisible();
  for (const title of ['Archive me', 'Delete me']) await expect(row(page, title)).toHaveCount(0);
  await expect(badge(page)).toHaveText('1');
  const token = await ws.token(person);
  const titles = async (of: string) =>
    (await ws.me(token, 'GET', of)).body.items.map((one: { title: string }) => one.title);
  await expect.poll(() => titles('/inbox')).toEqual(['Keep']);
  expect(await titles('/inbox?archived=true')).toEqual(['Archive me']);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => /unsaved/.test(key)))).toEqual(
    [],
  );
});

test('What is deleted is gone for good when the page is hidden, as phones end it without a word', async ({
  page,
}) => {
  const person = await inboxWith(ws, page, 'Away');
  const token = await ws.token(person);
  const archived = async () => (await ws.me(token, 'GET', '/inbox?archived=true')).body.items.length;
  await press(page, 'Away', 'remove');
  // Until then it can be taken back.
  await expect.poll(archived).toBe(1);
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(archived).toBe(0);
  expect((await ws.me(token, 'GET', '/inbox')).body.items).toEqual([]);
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
});

test('An open item follows what is done to it elsewhere', async ({ page, context }) => {
  await inboxWith(ws, page, 'Shared');
  await row(page, 'Shared').locator('.link').click();
  await expect(page.locator('.item-page')).toBeVisible();
  const beside = await context.newPage();
  await beside.goto(ws.app());
  await press(beside, 'Shared', 'toggle-read');
  await expect(page.locator('.item-page [data-action="toggle-read"]')).toHaveAttribute(
    'title',
    'Mark as read',
  );
  await press(beside, 'Shared', 'remove');
  await beside.close({ runBeforeUnload: true });
  await expect(page.getByRole('heading', { name: 'This notification is gone' })).toBeVisible();
});

test('Read, unread, all read and back', async ({ page }) => {
  await inboxWith(ws, page, 'One', 'Two', 'Three');
  await expect(badge(page)).toHaveText('3');
  await expect(page).toHaveTitle(/^\(3\) /);
  await press(page, 'Two', 'toggle-read');
  await expect(badge(page)).toHaveText('2');
  await page.getByRole('button', { name: /^Unread/ }).click();
  await expect(row(page, 'Two')).toHaveCount(0);
  await expect(row(page, 'One')).toBeVisible();
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await expect(badge(page)).toBeHidden();
  await undo(page);
  await expect(badge(page)).toHaveText('2');
  await page.getByRole('button', { name: 'Mark all as read' }).click();
  await page.locator('[data-action="bell"]').click();
  await page.getByRole('button', { name: 'Unread', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'All caught up' })).toBeVisible();
});

test('Search finds by every word, in a filter too, and says when there is nothing', async ({ page }) => {
  const person = await ws.person();
  await ws.send({
    title: 'Room change',
    message: 'The keynote moves to Hall B',
    sender: 'Programme team',
    to: person,
  });
  await ws.send({ title: 'Lunch', message: 'In the garden', to: person });
  await signIn(page, await ws.magicLink(person));
  // Keys are heard a moment after the list is seen.
  await expect(async () => {
    await page.keyboard.press('/');
    await expect(page.locator('.search-input')).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type('hall PROGRAMME');
  await expect(row(page, 'Room change')).toBeVisible();
  await expect(row(page, 'Lunch')).toHaveCount(0);
  await expect(page.getByText('1 found')).toBeAttached();
  await page.getByRole('button', { name: 'Archived' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing found for “hall PROGRAMME”' })).toBeVisible();
  await page.locator('.search-input').focus();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'The archive is empty' })).toBeVisible();
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await expect(row(page, 'Lunch')).toBeVisible();
});

test('Everything by keys, and none when they are switched off', async ({ page }) => {
  await inboxWith(ws, page, 'Third', 'Second', 'First');
  const focused = (title: string) => expect(row(page, title).locator('.link')).toBeFocused();
  await page.keyboard.press('j');
  await focused('First');
  await page.keyboard.press('j');
  await focused('Second');
  await page.keyboard.press('u');
  await expect(badge(page)).toHaveText('2');
  await page.keyboard.press('k');
  await page.keyboard.press('e');
  await expect(row(page, 'First')).toHaveCount(0);
  await focused('Second');
  await page.keyboard.press('#');
  await expect(row(page, 'Second')).toHaveCount(0);
  await focused('Third');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Third' })).toBeFocused();
  await page.keyboard.press('Escape');
  await focused('Third');

  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await sheet.getByRole('switch', { name: 'Shortcuts of one key' }).click();
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await row(page, 'Third').locator('.link').focus();
  await page.keyboard.press('e');
  await page.keyboard.press('?');
  await expect(sheet).toHaveCount(0);
  await expect(row(page, 'Third')).toBeVisible();
});

test('The page of an item: clean text, who sent it, and the keys of the list', async ({ page }) => {
  const person = await ws.person();
  await ws.send({ title: 'Older', to: person });
  await ws.send({
    title: 'Hall B',
    message:
      '# How\n\nTake the **stairs**.\n\n- left\n- right\n\n<script>alert(1)</script>\n\nSee the [map](https://example.com/map)',
    sender: 'Programme team',
    to: person,
  });
  await signIn(page, await ws.magicLink(person));
  await row(page, 'Hall B').locator('.link').click();
  const item = page.locator('.item-page');
  await expect(item.getByRole('heading', { name: 'Hall B' })).toBeFocused();
  await expect(item).toContainText('Programme team');
  await expect(item.locator('strong')).toHaveText('stairs');
  await expect(item.locator('.prose')).not.toContainText('alert');
  await expect(item.getByRole('link', { name: 'map' })).toHaveAttribute('rel', /noopener/);
  await expect(row(page, 'Hall B').locator('.link')).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('j');
  await expect(item.getByRole('heading', { name: 'Older' })).toBeVisible();
  await expect(badge(page)).toBeHidden();
  // The address is the item's: it can be opened again, and the way back leads to the list.
  await page.reload();
  await expect(item.getByRole('heading', { name: 'Older' })).toBeVisible();
  await item.getByRole('button', { name: 'Delete' }).click();
  await expect(item).toHaveCount(0);
  await expect(row(page, 'Older')).toHaveCount(0);
});

test('A click goes to the destination, reads the item, and counts as opened', async ({ page, context }) => {
  await context.route('https://shop.example/**', (route) => route.fulfill({ body: 'the shop' }));
  const person = await ws.person();
  const id = await ws.send({ title: 'Invoice', destination: { url: 'https://shop.example/1' }, to: person });
  await signIn(page, await ws.magicLink(person));
  const shop = context.waitForEvent('page');
  await row(page, 'Invoice').locator('.link').click();
  expect((await shop).url()).toBe('https://shop.example/1');
  await expect(badge(page)).toBeHidden();
  await expect
    .poll(async () => {
      const { items } = await ws.operator.of('GET', `/notifications/${id}/deliveries`);
      return items.some((one: { opened_at?: string }) => one.opened_at);
    })
    .toBe(true);
});

test('The middle button opens beside, which is an opening all the same', async ({ page, context }) => {
  await context.route('https://shop.example/**', (route) => route.fulfill({ body: 'the shop' }));
  const person = await ws.person();
  await ws.send({ title: 'Invoice', destination: { url: 'https://shop.example/2' }, to: person });
  await signIn(page, await ws.magicLink(person));
  const receipt = page.waitForRequest((request) => request.postData()?.includes('"opened"') ?? false);
  await row(page, 'Invoice').locator('.link').click({ button: 'middle' });
  await receipt;
  await expect(badge(page)).toBeHidden();
});

test('What comes live is said in a toast that waits for the reader', async ({ page }) => {
  const person = await inboxWith(ws, page, 'Old');
  await ws.send({ title: 'Doors open', message: 'Hall B', sender: 'Crew', to: person });
  const toast = page.locator('.toast');
  await expect(toast).toContainText('Doors open');
  await expect(page.locator('[role="status"][aria-live="polite"]')).toHaveText('Doors open. Hall B');
  await expect(badge(page)).toHaveText('2');
  await toast.hover();
  await page.clock.install();
  await page.clock.runFor(60_000);
  await expect(toast).toBeVisible();
  await toast.getByRole('button', { name: 'Show' }).click();
  await expect(page.locator('.item-page').getByRole('heading', { name: 'Doors open' })).toBeVisible();
  await expect(toast).toHaveCount(0);
});

test('Many at once are one toast with their number', async ({ page }) => {
  const person = await inboxWith(ws, page, 'Old');
  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      ws.raise({ recipients: [person], title: `Storm ${n}`, message: '…' }),
    ),
  );
  await expect(page.locator('.bell .badge')).toHaveText('9');
  await expect(page.locator('.toast')).toHaveCount(1);
  await expect(page.locator('.toast')).toContainText(/[3-8] new notifications/);
});

test.describe('With fingers', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('A row is pushed aside to mark and to archive it, and a slip is none', async ({ page }) => {
    await inboxWith(ws, page, 'Swiped');
    const swipe = async (dx: number, dy = 0) => {
      const box = await row(page, 'Swiped').boundingBox();
      if (!box) throw new Error('the row is seen');
      const [x, y] = [box.x + box.width / 2, box.y + 20];
      const session = await page.context().newCDPSession(page);
      const send = (type: string, points: object[]) =>
        session.send('Input.dispatchTouchEvent', { type: type as 'touchMove', touchPoints: points as [] });
      await send('touchStart', [{ x, y }]);
      for (let step = 1; step <= 8; step++) {
        await send('touchMove', [{ x: x + (dx * step) / 8, y: y + (dy * step) / 8 }]);
      }
      await send('touchEnd', []);
    };
    await swipe(150);
    await expect(badge(page)).toBeHidden();
    await swipe(40);
    await swipe(10, 120);
    await expect(row(page, 'Swiped')).toBeVisible();
    await expect(page.locator('.item-page')).toHaveCount(0);
    await swipe(-150);
    await expect(row(page, 'Swiped')).toHaveCount(0);
    await undo(page);
    await expect(row(page, 'Swiped')).toBeVisible();
  });
});
