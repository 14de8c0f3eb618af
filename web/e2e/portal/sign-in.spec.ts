/** Magic links: what they say before they are used, that they are good once, and what stands there when they are not. */

import { useServer } from '../console/server.ts';
import { inboxWith, kept, row, signIn, Workspace } from './receiver.ts';
import { ANSWER_LOST, ENDED, expect, LINK_GONE, loseAnswer, test } from './test.ts';

const server = useServer();
let ws: Workspace;
test.beforeAll(async () => {
  ws = await Workspace.setUp(server());
});

test('A link says whom and what it opens, and only its button uses it up', async ({ page, watch }) => {
  const person = await ws.person();
  await ws.send({ title: 'Welcome', to: person });
  const link = await ws.magicLink(person);
  // As a mail scanner does.
  for (let times = 0; times < 3; times++) expect((await fetch(link)).status).toBe(200);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Open Riverside Summit 2026 as Ann Lee' })).toBeVisible();
  await expect(page.getByText('by Harbour Events')).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Open Riverside Summit 2026' }).click();
  await expect(row(page, 'Welcome')).toBeVisible();
  expect(page.url()).toBe(ws.app());
  expect(await page.evaluate(() => history.length)).toBeLessThan(4);

  // The same link again, as from the mail: it is used, and this browser is signed in.
  watch.allow(LINK_GONE);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
  await page.getByRole('button', { name: `Go to ${ws.slug}` }).click();
  await expect(row(page, 'Welcome')).toBeVisible();

  // Somebody else who got hold of it reads nothing.
  const { page: other } = await watch.browser();
  await other.goto(link);
  await expect(other.getByText('Ask whoever sent it to you for a new one.')).toBeVisible();
  await expect(other.getByText('Ann Lee')).toHaveCount(0);
});

test('Two browsers press at the same moment: one is in, one is told', async ({ page, watch }) => {
  watch.allow(LINK_GONE);
  const link = await ws.magicLink(await ws.person());
  const { page: other } = await watch.browser();
  for (const one of [page, other]) {
    await one.goto(link);
    await expect(one.locator('[data-action="open-link"]')).toBeVisible();
  }
  await Promise.all([page, other].map((one) => one.locator('[data-action="open-link"]').click()));
  const outcome = async (one: typeof page) => {
    await expect(
      one.locator('[data-action="bell"]').or(one.getByText('This link no longer works')),
    ).toBeVisible();
    return one.locator('[data-action="bell"]').count();
  };
  expect((await outcome(page)) + (await outcome(other))).toBe(1);
});

test('Without an answer the link is not used up, and can be tried again', async ({ page, watch }) => {
  watch.allow(/status of 503/);
  const link = await ws.magicLink(await ws.person());
  await page.route('**/v1/links/preview', (route) => route.fulfill({ status: 503, body: '' }));
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'The server does not answer' })).toBeVisible();
  await page.unroute('**/v1/links/preview');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('[data-action="open-link"]').click();
  await expect(page.locator('[data-action="bell"]')).toBeVisible();
});

test('An answer that got lost after the press is asked for again', async ({ page, watch }) => {
  watch.allow(ANSWER_LOST);
  const link = await ws.magicLink(await ws.person());
  await page.goto(link);
  await loseAnswer(page, '**/v1/links/redeem');
  await page.locator('[data-action="open-link"]').click();
  await expect(page.getByRole('heading', { name: 'The server does not answer' })).toBeFocused();
  // By keyboard, as the first time.
  await page.getByRole('button', { name: 'Try again' }).press('Enter');
  await expect(page.locator('[data-action="bell"]')).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('After a lost answer a reload brings in whoever pressed, and nobody else', async ({ page, watch }) => {
  watch.allow(ANSWER_LOST, LINK_GONE);
  const link = await ws.magicLink(await ws.person());
  await page.goto(link);
  await loseAnswer(page, '**/v1/links/redeem');
  await page.locator('[data-action="open-link"]').click();
  await expect(page.getByRole('heading', { name: 'The server does not answer' })).toBeVisible();
  const { page: other } = await watch.browser();
  await other.goto(link);
  await expect(other.getByRole('heading', { name: 'This link no longer works' })).toBeVisible();
  await page.reload();
  await expect(page.locator('[data-action="bell"]')).toBeVisible();
});

test('A lost answer on the sign-in page is asked for again', async ({ page, watch }) => {
  watch.allow(ANSWER_LOST);
  await page.goto(ws.app());
  await loseAnswer(page, '**/v1/links/redeem');
  await page.getByLabel('Personal link').fill(await ws.magicLink(await ws.person()));
  const button = page.getByRole('button', { name: 'Sign in' });
  await button.click();
  await expect(page.getByRole('alert')).not.toBeEmpty();
  await button.click();
  await expect(page.locator('[data-action="bell"]')).toBeVisible();
});

test('A browser that keeps nothing does not use the link up', async ({ page }) => {
  const link = await ws.magicLink(await ws.person());
  await page.addInitScript(() => {
    if (location.pathname.startsWith('/l/') && !location.hash) {
      Object.defineProperty(window, 'indexedDB', {
        value: {
          open: () => {
            throw new DOMException('denied', 'SecurityError');
          },
        },
      });
    }
  });
  await page.goto(link);
  await page.locator('[data-action="open-link"]').click();
  await expect(page.getByRole('alert')).toContainText('This browser keeps nothing for this site');
  await page.goto(`${link}#allowed`);
  await page.reload();
  await page.locator('[data-action="open-link"]').click();
  await expect(page.locator('[data-action="bell"]')).toBeVisible();
});

test('The sign-in page takes a pasted link or token', async ({ page, watch }) => {
  watch.allow(LINK_GONE, ENDED);
  const person = await ws.person();
  await page.goto(ws.app());
  const field = page.getByLabel('Personal link');
  const button = page.getByRole('button', { name: 'Sign in' });
  await button.click();
  await expect(page.getByRole('alert')).toHaveText('Paste your link or token first.');
  await field.fill(`${server().url}/l/bfl_unknown`);
  await button.click();
  await expect(page.getByRole('alert')).toContainText('This link no longer works');
  await field.fill(`  ${await ws.magicLink(person)} `);
  await button.click();
  await expect(page.locator('[data-action="bell"]')).toBeVisible();

  const { page: other } = await watch.browser();
  await other.goto(ws.app());
  await other.getByLabel('Personal link').fill('blt_wrong');
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other.getByRole('alert')).toContainText('This does not work here');
  await other.getByLabel('Personal link').fill(await ws.token(person));
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other.locator('[data-action="bell"]')).toBeVisible();
});

test('Signing out leaves nothing behind, in the browser and on the server', async ({ page, watch }) => {
  watch.allow(ENDED);
  await inboxWith(ws, page, 'Secret plan');
  const token = await kept(page, 'belfry', 'sessions');
  expect(token).toContain('token');
  await expect.poll(() => kept(page, 'belfry-last', 'inboxes')).toContain('Secret plan');
  await page.locator('.account').click();
  await page.locator('[data-action="sign-out"]').click();
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  expect(await kept(page, 'belfry', 'sessions')).toBe('[]');
  expect(await kept(page, 'belfry-last', 'inboxes')).toBe('[]');
  const bearer = JSON.parse(token)[0].token;
  expect((await ws.me(bearer, 'GET', '')).status).toBe(401);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('A session that is ended elsewhere asks for a new link', async ({ page, watch }) => {
  watch.allow(ENDED);
  const person = await inboxWith(ws, page, 'Before');
  const { status } = await ws.me(await ws.token(person), 'POST', '/sign-out-everywhere');
  expect(status).toBe(204);
  await expect(page.getByText('Your sign-in has ended.')).toBeVisible();
  await page.getByLabel('Personal link').fill(await ws.magicLink(person));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(row(page, 'Before')).toBeVisible();
});

test('Another person in the same browser sees nothing of the one before', async ({ page }) => {
  await inboxWith(ws, page, 'For the first');
  await expect.poll(() => kept(page, 'belfry-last', 'inboxes')).toContain('For the first');
  const second = await ws.person(undefined, { name: 'Ben Ode' });
  // The server keeps silent: what is drawn meanwhile may be nothing of the other.
  let answer = (): void => undefined;
  let ask = (): void => undefined;
  const silent = new Promise<void>((done) => {
    answer = done;
  });
  const asked = new Promise<void>((done) => {
    ask = done;
  });
  await page.route('**/v1/me', async (route) => {
    ask();
    await silent;
    await route.continue();
  });
  await page.goto(await ws.magicLink(second));
  await page.locator('[data-action="open-link"]').click();
  // What was kept would be drawn before the server is asked.
  await asked;
  expect(await page.locator('.portal').count()).toBe(0);
  answer();
  await expect(page.getByRole('heading', { name: 'Nothing here yet' })).toBeVisible();
});

test('Two people in two tabs: the one who left writes and ends nothing of the other', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(ENDED);
  await inboxWith(ws, page, 'For Ann');
  const ben = await ws.person(undefined, { name: 'Ben Ode' });
  await ws.send({ title: 'For Ben', to: ben });
  const other = await context.newPage();
  await signIn(other, await ws.magicLink(ben));
  // The tab of before is Ben's now, as the browser is.
  await expect(page.getByRole('button', { name: /^BO: / })).toBeVisible();
  await expect(row(page, 'For Ben')).toBeVisible();
  await expect.poll(() => kept(page, 'belfry-last', 'inboxes')).toContain('For Ben');
  expect(await kept(page, 'belfry-last', 'inboxes')).not.toContain('For Ann');
  await other.locator('.account').click();
  await other.locator('[data-action="sign-out"]').click();
  await expect(other.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('What a proxy says while it is being changed signs nobody out', async ({ page, watch }) => {
  watch.allow(/status of (404|403|401)/);
  await inboxWith(ws, page, 'Still here');
  await expect.poll(() => kept(page, 'belfry-last', 'inboxes')).toContain('Still here');
  for (const status of [404, 403, 401]) {
    await page.route('**/v1/me**', (route) => route.fulfill({ status, body: '<h1>No</h1>' }));
    await page.reload();
    await expect(row(page, 'Still here')).toBeVisible();
    expect(await kept(page, 'belfry', 'sessions')).toContain('token');
    await page.unroute('**/v1/me**');
  }
  await page.reload();
  await expect(row(page, 'Still here')).toBeVisible();
});
