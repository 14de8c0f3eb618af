/** Several tabs and browsers of one person: one connection each, one truth in all of them, also after sleep and a gap. */

import type { BrowserContext, Page } from '@playwright/test';
import { Operator } from '../console/operator.ts';
import { useServer } from '../console/server.ts';
import { expect, test } from '../console/test.ts';

const server = useServer();
let mei: Operator;
let made = 0;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
});

/** Somebody with an empty inbox, whom no other test writes to. */
async function somebody(): Promise<string> {
  made += 1;
  const id = `together-${made}`;
  await mei.people([{ external_id: id, name: `Ada Quist ${made}`, email: `${id}@people.example` }]);
  return id;
}

/** One more browser tab as this person; the first of a browser signs in by a link. */
async function enter(page: Page, person: string): Promise<Page> {
  const { link } = await mei.of('POST', `/users/${person}/token`);
  await page.goto(link);
  await page.locator('[data-action="open-link"]').click();
  await settled(page);
  return page;
}

async function another(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server().url}/app/${mei.slug}/`);
  await settled(page);
  return page;
}

const settled = (page: Page): Promise<void> =>
  expect(page.locator('[data-action="bell"]')).toBeVisible({ timeout: 30_000 });

const tell = (person: string, title: string): Promise<string> =>
  mei.notify(`${title}, in full.`, { title, audience: { users: [person] } });

/** What the list shows from its top, and how many are unread by the tab's title. */
async function shows(page: Page, titles: readonly string[], unread: number): Promise<void> {
  await expect(page.locator('.rows .row .title')).toHaveText([...titles]);
  if (unread > 0) await expect(page).toHaveTitle(new RegExp(`^\\(${unread}\\) `));
  else await expect(page).not.toHaveTitle(/^\(/);
}

/** Counts how often a browser asks for the live stream, in all of its tabs. */
function streams(context: BrowserContext): () => number {
  let count = 0;
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/v1/me/live') count += 1;
  });
  return () => count;
}

test('an operator sends: three tabs and another browser ring, and reading in one clears all', async ({
  page,
  context,
  watch,
}) => {
  const person = await somebody();
  const count = streams(context);
  const other = await watch.browser();
  const tabs = [await enter(page, person), await another(context), await another(context)];
  const all = [...tabs, await enter(other.page, person)];
  await tell(person, 'Doors open');
  for (const tab of all) await shows(tab, ['Doors open'], 1);
  expect(count(), 'one connection for the three tabs').toBe(1);

  await tell(person, 'The keynote moves');
  for (const tab of all) await shows(tab, ['The keynote moves', 'Doors open'], 2);
  await tabs[2]?.locator('[data-action="read-all"]').click();
  for (const tab of all) await shows(tab, ['The keynote moves', 'Doors open'], 0);

  // What one browser does, the other has.
  const first = other.page.locator('.row').first();
  await first.locator('[data-action="toggle-read"]').click();
  for (const tab of all) await shows(tab, ['The keynote moves', 'Doors open'], 1);
  const undo = other.page.locator('.toast').getByRole('button', { name: 'Undo' });
  for (const action of ['archive', 'remove']) {
    await first.locator(`[data-action="${action}"]`).click();
    // Nobody waits until it can no longer be undone.
    for (const tab of all) await shows(tab, ['Doors open'], 0);
    await undo.click();
    for (const tab of all) await shows(tab, ['The keynote moves', 'Doors open'], 1);
  }
});

test('the tab that holds the connection is closed: the others go on, and nothing is lost or comes twice', async ({
  page,
  context,
}) => {
  const person = await somebody();
  await enter(page, person);
  const second = await another(context);
  const third = await another(context);
  await tell(person, 'One');
  for (const tab of [second, third]) await shows(tab, ['One'], 1);
  await page.close();
  await tell(person, 'Two');
  await tell(person, 'Three');
  for (const tab of [second, third]) await shows(tab, ['Three', 'Two', 'One'], 3);
  await second.close();
  await tell(person, 'Four');
  await shows(third, ['Four', 'Three', 'Two', 'One'], 4);
});

test('a tab that slept catches up, and so does the one that led', async ({ page, context }) => {
  const person = await somebody();
  const tabs = [await enter(page, person), await another(context)];
  await tell(person, 'Before the nap');
  for (const tab of tabs) await shows(tab, ['Before the nap'], 1);
  const sleepers = await Promise.all(tabs.map((tab) => context.newCDPSession(tab)));
  for (const sleeper of sleepers) await sleeper.send('Page.setWebLifecycleState', { state: 'frozen' });
  await tell(person, 'While it slept');
  await tell(person, 'Still asleep');
  for (const sleeper of sleepers) await sleeper.send('Page.setWebLifecycleState', { state: 'active' });
  for (const tab of tabs) await shows(tab, ['Still asleep', 'While it slept', 'Before the nap'], 3);
  await tell(person, 'Awake');
  for (const tab of tabs) await shows(tab, ['Awake', 'Still asleep', 'While it slept', 'Before the nap'], 4);
});

test('offline and back: what came meanwhile is there once, in order', async ({ page, context, watch }) => {
  watch.allow(/ERR_INTERNET_DISCONNECTED/, /ERR_NETWORK/);
  const person = await somebody();
  const tabs = [await enter(page, person), await another(context)];
  await tell(person, 'First');
  for (const tab of tabs) await shows(tab, ['First'], 1);
  await context.setOffline(true);
  for (const tab of tabs) await expect(tab.locator('[data-key="portal.offline"]')).toBeVisible();
  await tell(person, 'Second');
  await tell(person, 'Third');
  // The browser's own "offline" leaves open streams alone: some may have come already, and must not come again.
  await context.setOffline(false);
  for (const tab of tabs) {
    await shows(tab, ['Third', 'Second', 'First'], 3);
    await expect(tab.locator('[data-key="portal.offline"]')).toBeHidden();
  }
});

test('the server is gone for a moment: the tabs wait, come back, and miss nothing', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(/ERR_/, /status of 50\d/);
  const person = await somebody();
  const tabs = [await enter(page, person), await another(context)];
  await tell(person, 'Kept');
  for (const tab of tabs) await shows(tab, ['Kept'], 1);
  await server().kill();
  await server().begin();
  await tell(person, 'After the restart');
  for (const tab of tabs) await shows(tab, ['After the restart', 'Kept'], 2);
});
