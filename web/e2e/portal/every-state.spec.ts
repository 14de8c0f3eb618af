/** Every page and state with real data, judged: no finding of axe, nothing sideways, no complaint of the browser. */

import type { Page } from '@playwright/test';
import { useServer } from '../console/server.ts';
import { judge } from './judge.ts';
import { row, signIn, Workspace } from './receiver.ts';
import { ENDED, expect, LINK_GONE, OFFLINE, test } from './test.ts';

const server = useServer();
let ws: Workspace;
let ann: string;
test.describe.configure({ mode: 'parallel' });
test.beforeAll(async () => {
  ws = await Workspace.setUp(server());
  ann = await ws.person('ann', { name: 'Ann Lee', email: 'ann@example.com' });
  const to = ann;
  await ws.send({
    title: 'مرحبًا بك في القمة',
    message: 'يبدأ التسجيل غدًا في الساعة التاسعة.',
    sender: 'فريق القمة',
    to,
  });
  await ws.send({ title: '漢'.repeat(100), message: 'x'.repeat(500), sender: 'Monitoring '.repeat(8), to });
  const subject = {
    kind: 'ticket',
    id: 'T-20418',
    title: 'Printer in room 4 jams',
    url: 'https://desk.example/1',
  };
  for (const message of ['I am on my way.', 'It will be there before noon.']) {
    await ws.raise({
      recipients: [to],
      subject,
      actor: { name: 'Maya Okafor' },
      title: 'New message',
      message,
    });
  }
  await ws.send({ title: 'Poll', destination: { url: 'https://example.com/poll' }, sender: 'Crew', to });
  await ws.send({
    title: 'Room change 🎉',
    message:
      'The **keynote** moves.\n\n## How\n\n1. Doors at nine\n2. Coffee\n\n> Bring your badge\n\n| When | Where |\n|---|---|\n| 9:30 | Hall B |\n\nSee the [map](https://example.com/map), code `HALL-B`.',
    sender: 'Programme team',
    to,
  });
});

const enter = async (page: Page, person = ann) => signIn(page, await ws.magicLink(person));

test('A link: ready, used, without an answer', async ({ page, watch }) => {
  watch.allow(LINK_GONE, /status of 503/);
  const link = await ws.magicLink(ann);
  await page.goto(link);
  await expect(page.locator('[data-action="open-link"]')).toBeVisible();
  await judge(page, 'link');
  await page.goto(`${server().url}/l/bfl_used`);
  await expect(page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
  await judge(page, 'link-used');
  await page.route('**/v1/links/preview', (route) => route.fulfill({ status: 503, body: '' }));
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'The server does not answer' })).toBeVisible();
  await judge(page, 'link-unreachable');
});

test('Signed out, and refused', async ({ page, watch }) => {
  watch.allow(ENDED);
  await page.goto(ws.app());
  await page.getByLabel('Personal link').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('This does not work here');
  await judge(page, 'sign-in-refused');
  await enter(page);
  await page.locator('.account').click();
  await page.locator('[data-action="sign-out"]').click();
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  await judge(page, 'signed-out');
});

test('The list: all, archived, searched, with an undo', async ({ page, context }) => {
  await context.grantPermissions(['notifications'], { origin: server().url });
  await enter(page);
  await expect(page.locator('.ask')).toBeVisible();
  await judge(page, 'list');
  await row(page, 'Poll').locator('[data-action="archive"]').click();
  await expect(page.locator('.toast')).toBeVisible();
  await page.locator('.toast').hover();
  await judge(page, 'list-undo');
  await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Archived' }).click();
  await expect(page.getByRole('heading', { name: 'The archive is empty' })).toBeVisible();
  // Who looks for something is not asked for anything.
  await expect(page.locator('.ask')).toBeHidden();
  await judge(page, 'archive-empty');
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await expect(page.locator('.ask')).toBeVisible();
  await page.locator('.search-input').fill('zebra');
  await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await expect(page.locator('.ask')).toBeHidden();
  await judge(page, 'search-nothing');
  await page.locator('.search-input').fill('keynote');
  await expect(page.getByText('1 found')).toBeAttached();
  await judge(page, 'search-found');
});

test('The list: empty, loading, failed, offline', async ({ page, context, watch }) => {
  watch.allow(/status of 503/, OFFLINE);
  const nobody = await ws.person();
  await enter(page, nobody);
  await expect(page.getByRole('heading', { name: 'Nothing here yet' })).toBeVisible();
  await judge(page, 'list-empty');
  let release = (): void => undefined;
  const held = new Promise<void>((done) => {
    release = done;
  });
  await page.route('**/v1/me/inbox?*', async (route) => {
    await held;
    await route.fulfill({ status: 503, body: '' });
  });
  await page.getByRole('button', { name: 'Archived' }).click();
  await expect(page.locator('.skeleton')).toBeVisible();
  await judge(page, 'list-loading');
  release();
  await expect(page.getByRole('heading', { name: 'The list could not be loaded' })).toBeVisible();
  await judge(page, 'list-failed');
  await context.setOffline(true);
  await expect(page.getByText('You are offline.')).toBeVisible();
  await judge(page, 'offline');
});

test('An item, and one that is gone', async ({ page, watch }) => {
  watch.allow(/status of 404/);
  await enter(page);
  await row(page, 'Room change').locator('.link').click();
  await expect(page.locator('.item-page').getByRole('heading', { name: 'Room change' })).toBeVisible();
  await judge(page, 'item');
  const { items } = (await ws.me(await ws.token(ann), 'GET', '/inbox')).body;
  const stacked = items.find((one: { count: number }) => one.count === 2);
  await page.goto(ws.app(`items/${stacked.id}`));
  await expect(page.locator('.item-page').getByText('2 notifications about this')).toBeVisible();
  await judge(page, 'item-stacked');
  await page.goto(ws.app('items/itm_0198c5a8b1f07d2fa6a1c3e5f7092b4d'));
  await expect(page.getByRole('heading', { name: 'This notification is gone' })).toBeVisible();
  await judge(page, 'item-gone');
});

test('Settings, with dialogs, and help', async ({ page }) => {
  await enter(page);
  await page.goto(ws.app('settings'));
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await expect(page.getByText('No device of yours is notified yet.')).toBeVisible();
  await judge(page, 'settings');
  await page.getByRole('button', { name: 'Delete my data…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await judge(page, 'settings-delete');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Sign out everywhere…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await judge(page, 'settings-everywhere');
  await page.keyboard.press('Escape');
  await page.goto(ws.app('help'));
  await page.getByText('iPhone and iPad').click();
  await judge(page, 'help');
});

test('The menu, the shortcuts, blocked, and a toast', async ({ page, browser }) => {
  const cdp = await browser.newBrowserCDPSession();
  const { browserContextIds } = await cdp.send('Target.getBrowserContexts');
  for (const browserContextId of browserContextIds) {
    const permission = { name: 'notifications' };
    const { url: origin } = server();
    await cdp.send('Browser.setPermission', { permission, setting: 'denied', origin, browserContextId });
  }
  await enter(page, await ws.person());
  await expect(page.locator('[data-push="blocked"]')).toBeVisible();
  await judge(page, 'blocked');
  await page.locator('.account').click();
  await judge(page, 'menu');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await judge(page, 'keys');
});

test('In German', async ({ page }) => {
  const person = await ws.person(undefined, { name: 'Jürgen Hübner', locale: 'de' });
  await ws.send({ title: 'Raumänderung', message: 'Die Eröffnung zieht in Saal B um.', to: person });
  await page.goto(await ws.magicLink(person));
  await page.locator('[data-action="open-link"]').click();
  await expect(page.getByRole('heading', { name: 'Mitteilungen' })).toBeVisible();
  await judge(page, 'german');
  await page.goto(ws.app('settings'));
  await expect(page.getByRole('heading', { name: 'Einstellungen' })).toBeVisible();
  await expect(page.getByText('Noch wird keines Ihrer Geräte benachrichtigt.')).toBeVisible();
  await judge(page, 'german-settings');
  await page.goto(ws.app('help'));
  await expect(page.getByRole('heading', { name: 'Hilfe zu Mitteilungen' })).toBeVisible();
  await judge(page, 'german-help');
});
