/**
 * What was sent: the table per device with its filters and its export, and the list by keys; a copy of a notification,
 * a draft that is deleted and comes back.
 */

import type { Locator, Page } from '@playwright/test';
import { messageField, saved, titleField } from './compose.ts';
import { Operator } from './operator.ts';
import { PushService } from './push.ts';
import { useServer } from './server.ts';
import { expect, test } from './test.ts';

const server = useServer();
let mei: Operator;
let push: PushService;
let sent: string;

const CONTENT = {
  title: 'Doors 🎉',
  sender: 'Programme team',
  message: 'Doors open at **nine**',
  destination: { url: 'https://example.com/doors' },
  audience: { groups: ['crew'] },
};

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  push = await PushService.start();
  await mei.groups('crew');
  await mei.people(
    ['Noah Okafor', 'Greta Lindqvist', 'Kenji Sá'].map((name, at) => ({
      external_id: `p${at + 1}`,
      name,
      groups: ['crew'],
    })),
  );
  await push.device(mei, 'p1', 'android');
  await push.device(mei, 'p1', 'windows');
  await push.device(mei, 'p2', 'windows', true);
  sent = await mei.notify(CONTENT.message, CONTENT);
  await expect
    .poll(async () => (await mei.of('GET', `/notifications/${sent}`)).status, { timeout: 40_000 })
    .toBe('partly_failed');
});
test.afterAll(() => push?.close());
test.beforeEach(({ context }) => mei.enter(context));

const rowsOf = (page: Page, name: string): Locator =>
  page.getByRole('table', { name }).locator('tbody').getByRole('row');
const deliveries = (page: Page): Locator => rowsOf(page, 'Person by person');
const listed = (page: Page): Locator => rowsOf(page, 'Notifications');
const address = (path: string): string => `${server().url}/w/${mei.slug}/notifications${path}`;

async function choose(page: Page, label: string | RegExp, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** What the table says, as the export would: name, channel, state, platform, browser. */
async function shown(page: Page): Promise<string[]> {
  const words: Record<string, string> = { Inbox: 'inbox', 'Web push': 'web_push', '–': '' };
  const states: Record<string, string> = { Delivered: 'success', Failed: 'failed' };
  const rows = await deliveries(page).evaluateAll((all) =>
    all.map((row) => [
      row.querySelector('a')?.textContent ?? '',
      ...[...(row as HTMLTableRowElement).cells].slice(1).map((cell) => cell.innerText.split('\n')[0] ?? ''),
    ]),
  );
  return rows
    .map(([name, state = '', channel = '', , platform = '', browser = '']) =>
      [
        name,
        words[channel] ?? channel,
        states[state] ?? state,
        words[platform] ?? platform,
        words[browser] ?? browser,
      ].join(','),
    )
    .sort();
}

/** What the button of the table's head gives, in the same words. */
async function exported(page: Page, button: string): Promise<string[]> {
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: button }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  let text = '';
  for await (const part of await (await download).createReadStream()) text += part;
  const [head = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const at = (name: string) => head.split(',').indexOf(name);
  const columns = ['name', 'channel', 'state', 'platform', 'browser'].map(at);
  return lines.map((line) => columns.map((column) => line.split(',')[column]).join(',')).sort();
}

test('the table has a line for every inbox and every device, and the export has the same', async ({
  page,
}) => {
  await page.goto(address(`/${sent}`));
  const all = [
    'Greta Lindqvist,inbox,success,,',
    'Greta Lindqvist,web_push,failed,Windows,Firefox',
    'Kenji Sá,inbox,success,,',
    'Noah Okafor,inbox,success,,',
    'Noah Okafor,web_push,success,Android,Chrome',
    'Noah Okafor,web_push,success,Windows,Firefox',
  ];
  await expect.poll(() => shown(page)).toEqual(all);
  await expect(deliveries(page).filter({ hasText: 'Failed' })).toContainText('ended its subscription');
  expect(await exported(page, 'Export CSV')).toEqual(all);
});

test('filters narrow the table and its export, stand in the address and survive a reload', async ({
  page,
}) => {
  await page.goto(address(`/${sent}`));
  await expect(deliveries(page)).toHaveCount(6);
  await choose(page, 'State', 'Failed');
  await expect(deliveries(page)).toHaveCount(1);
  await expect(page).toHaveURL(/\?state=failed$/);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(deliveries(page)).toHaveCount(6);
  await expect(page).toHaveURL(new RegExp(`/${sent}$`));

  await page.getByRole('searchbox', { name: 'Search people' }).fill('noah');
  await expect(deliveries(page)).toHaveCount(3);
  await choose(page, 'Browser', 'Firefox');
  const one = ['Noah Okafor,web_push,success,Windows,Firefox'];
  await expect.poll(() => shown(page)).toEqual(one);
  expect(new URL(page.url()).searchParams.toString()).toBe('q=noah&browser=Firefox');

  await page.reload();
  await expect.poll(() => shown(page)).toEqual(one);
  await expect(page.getByRole('searchbox', { name: 'Search people' })).toHaveValue('noah');
  expect(await exported(page, 'Export these as CSV')).toEqual(one);
  await choose(page, 'Platform', 'iOS');
  await expect(page.getByText('No delivery fits these filters')).toBeVisible();
});

test('the list is walked with j and k, and Enter opens', async ({ page }) => {
  await mei.draft({ title: 'The first of three' });
  await mei.notify('Lunch is served', { title: 'Lunch' });
  await mei.draft({ title: 'The third of three' });
  await page.goto(address(''));
  await expect(listed(page).first()).toContainText('The third of three');
  const link = (at: number) => listed(page).nth(at).getByRole('link').first();
  for (const [key, at] of [
    ['j', 0],
    ['j', 1],
    ['j', 2],
    ['k', 1],
  ] as const) {
    await page.keyboard.press(key);
    await expect(link(at)).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Lunch' })).toBeVisible();
});

const ORIGIN = 'Sent by';

test('filters of the list survive a reload', async ({ page }) => {
  const org = (await mei.ask('GET', '/session')).body.organizations[0].id;
  const scopes = ['notifications:write'];
  const key = await mei.ask('POST', `/organizations/${org}/api-keys`, { name: 'Shop', scopes });
  await fetch(`${server().url}/v1/workspaces/${mei.ws}/notifications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.body.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Doors of the shop', message: 'Open', audience: { everyone: true } }),
  });
  await page.goto(address(''));
  await page.getByRole('searchbox').fill('doors');
  await choose(page, ORIGIN, 'API');
  await choose(page, 'Status', 'Sent');
  const narrowed = async () => {
    await expect(listed(page)).toHaveCount(1, { timeout: 40_000 });
    await expect(listed(page)).toContainText('Doors of the shop');
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ q: 'doors', origin: 'api', status: 'sent' });
  };
  await narrowed();
  await page.reload();
  await narrowed();
  await expect(page.getByRole('searchbox')).toHaveValue('doors');
  await expect(page.getByRole('combobox', { name: ORIGIN })).toHaveValue('API');
  await expect(page.getByRole('combobox', { name: 'Status' })).toHaveValue('Sent');
});

test('a duplicate is a draft with the same content', async ({ page }) => {
  await page.goto(address(`/${sent}`));
  await page.getByRole('button', { name: 'Duplicate' }).click();
  await expect(page).toHaveURL(/\/compose\/[\w-]+$/);
  const id = page.url().split('/').pop();
  expect(id).not.toBe(sent);
  await expect(titleField(page)).toHaveValue(CONTENT.title);
  await expect(messageField(page)).toHaveText(CONTENT.message);
  expect(await mei.of('GET', `/drafts/${id}`)).toMatchObject(CONTENT);
  expect(await mei.of('GET', `/notifications/${id}`)).toMatchObject({ status: 'draft', counts: {} });
  // What is written into the copy stays in the copy.
  await titleField(page).fill('Doors, once more');
  await saved(page);
  await expect.poll(() => mei.of('GET', `/drafts/${id}`)).toMatchObject({ title: 'Doors, once more' });
  expect(await mei.of('GET', `/notifications/${sent}`)).toMatchObject({ title: CONTENT.title });
});

test('a deleted draft is gone at once, and Undo brings its content back', async ({ page }) => {
  const { id } = await mei.draft({ ...CONTENT, title: 'Only a thought' });
  await page.goto(address('?q=thought'));
  await expect(listed(page)).toHaveCount(1);
  await listed(page).getByRole('button', { name: 'Actions for Only a thought' }).click();
  await page.getByRole('menuitem', { name: 'Delete draft' }).click();
  await expect(listed(page)).toHaveCount(0);
  expect((await mei.ask('GET', `/workspaces/${mei.ws}/drafts/${id}`)).status).toBe(404);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(listed(page)).toHaveCount(1);
  await listed(page).getByRole('link').first().click();
  await expect(titleField(page)).toHaveValue('Only a thought');
  await expect(messageField(page)).toHaveText(CONTENT.message);
  const back = page.url().split('/').pop();
  expect(await mei.of('GET', `/drafts/${back}`)).toMatchObject({ ...CONTENT, title: 'Only a thought' });
});
