/**
 * Push as a receiver sees it: opting in and out, health and tests, what the worker does with odd payloads, and what the
 * page says where push cannot be had. Chromium cannot subscribe without its maker's service, so the subscription is
 * made up and its push service is `console/push.ts`; that a real browser is reached is what the Firefox judge tells.
 */

import { createECDH, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { useServer } from '../console/server.ts';
import { inboxWith, row, signIn, Workspace } from './receiver.ts';
import { expect, test } from './test.ts';

const server = useServer();
let ws: Workspace;
/** Answers of the push service, and what came to it. */
let answer = 201;
let posts: string[] = [];
const service = createServer((request, response) => {
  posts.push(request.url ?? '');
  request.resume();
  request.on('end', () => response.writeHead(answer).end());
});

test.beforeAll(async () => {
  ws = await Workspace.setUp(server());
  await new Promise<void>((done) => service.listen(0, '127.0.0.1', done));
});
test.beforeEach(async ({ context }) => {
  answer = 201;
  posts = [];
  await context.grantPermissions(['notifications'], { origin: server().url });
});
test.afterAll(() => {
  service.closeAllConnections();
  service.close();
});

/** Gives every page of the browser a subscription that lives as long as the browser does. */
async function fakeSubscriptions(context: BrowserContext): Promise<void> {
  const keys = createECDH('prime256v1');
  const { port } = service.address() as AddressInfo;
  const given = {
    endpoint: `http://127.0.0.1:${port}/push/${randomBytes(8).toString('hex')}`,
    keys: { p256dh: keys.generateKeys().toString('base64url'), auth: randomBytes(16).toString('base64url') },
  };
  await context.addInitScript((subscription) => {
    if (!('PushManager' in window)) return;
    const kept = 'made-up-subscription';
    const make = (key: ArrayBuffer) => ({
      ...subscription,
      options: { applicationServerKey: key, userVisibleOnly: true },
      toJSON: () => subscription,
      unsubscribe: async () => {
        localStorage.removeItem(kept);
        return true;
      },
    });
    const bytes = (text: string) => new Uint8Array(JSON.parse(text)).buffer;
    Object.assign(PushManager.prototype, {
      subscribe: async ({ applicationServerKey }: { applicationServerKey: Uint8Array }) => {
        localStorage.setItem(kept, JSON.stringify([...applicationServerKey]));
        return make(applicationServerKey.slice().buffer as ArrayBuffer);
      },
      getSubscription: async () => {
        const key = localStorage.getItem(kept);
        return key ? make(bytes(key)) : null;
      },
    });
  }, given);
}

const menuSwitch = (page: Page) => page.locator('.menu [data-action="push-switch"]');
const devicesOf = async (person: string) =>
  (await ws.me(await ws.token(person), 'GET', '/devices')).body.items as { id: string }[];

test.describe('On and off', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('A stranger opens a link on a phone, is notified, and turns it off in two taps', async ({
    page,
    context,
  }) => {
    await fakeSubscriptions(context);
    const person = await ws.person();
    await ws.send({ title: 'Welcome', to: person });
    await page.goto(await ws.magicLink(person));
    await page.getByRole('button', { name: 'Open Riverside Summit 2026' }).tap();
    const ask = page.getByRole('region', { name: 'Be told when this page is closed' });
    await expect(ask).toContainText('so that you do not miss a change of plan');
    await ask.getByRole('button', { name: 'Turn on notifications' }).tap();
    await expect(page.locator('.toast').getByText('Done. You are notified here from now on.')).toBeVisible();
    await expect(ask).toHaveCount(0);
    expect(await devicesOf(person)).toHaveLength(1);
    await ws.send({ title: 'Room change', to: person });
    expect(posts).toHaveLength(1);

    await page.getByRole('button', { name: 'AL: Account and settings' }).tap();
    await menuSwitch(page).tap();
    await expect(page.locator('.toast').getByText('Push is off, on all of your devices.')).toBeVisible();
    await expect(menuSwitch(page)).toHaveAttribute('aria-checked', 'false');
    expect(await devicesOf(person)).toHaveLength(0);
    await ws.send({ title: 'Another', to: person });
    expect(posts).toHaveLength(1);
    // It is not asked about again at once.
    await page.reload();
    await expect(row(page, 'Another')).toBeVisible();
    await expect(page.locator('.ask')).toHaveCount(0);
  });
});

test('"Not now" is respected, and the switch is still there', async ({ page, context }) => {
  await fakeSubscriptions(context);
  const person = await inboxWith(ws, page, 'One');
  await page.getByRole('button', { name: 'Not now' }).click();
  await expect(page.locator('.ask')).toHaveCount(0);
  await page.reload();
  await expect(row(page, 'One')).toBeVisible();
  await expect(page.locator('.ask')).toHaveCount(0);
  await page.goto(ws.app('settings'));
  await page.locator('.room').getByRole('switch', { name: 'Push notifications' }).click();
  await expect(page.locator('.device')).toContainText('this browser');
  expect(await devicesOf(person)).toHaveLength(1);
});

test('One state in drawer, settings and the tab beside; the test says what came of it', async ({
  page,
  context,
}) => {
  await fakeSubscriptions(context);
  const person = await ws.person();
  await signIn(page, await ws.magicLink(person));
  const beside = await context.newPage();
  await beside.goto(ws.app('settings'));
  const there = beside.locator('.room').getByRole('switch', { name: 'Push notifications' });
  await expect(there).toHaveAttribute('aria-checked', 'false');
  await page.locator('[data-action="push-on"]').click();
  await expect(there).toHaveAttribute('aria-checked', 'true');

  const device = beside.locator('.device');
  await expect(device).toContainText('Chrome on Linux');
  await expect(device).toContainText('Not tried yet');
  await device.getByRole('button', { name: 'Send a test to Chrome on Linux' }).click();
  await expect(
    beside.locator('.toast').getByText('Accepted by the push service: it appears any moment.'),
  ).toBeVisible();
  await expect(device).toContainText('Works');
  expect(posts).toHaveLength(1);
  answer = 413;
  await device.getByRole('button', { name: /^Send a test/ }).click();
  await expect(beside.locator('.toast').getByText('The push service refused it.')).toBeVisible();
  await expect(device).toContainText('Fails');

  await there.click();
  await expect(menuSwitch(page)).toHaveAttribute('aria-checked', 'false');
});

test('Several browsers of one person: each by itself, one removed from the other', async ({
  page,
  context,
  watch,
}) => {
  await fakeSubscriptions(context);
  const person = await ws.person();
  await signIn(page, await ws.magicLink(person));
  await page.locator('[data-action="push-on"]').click();
  await expect.poll(() => devicesOf(person)).toHaveLength(1);

  const { context: second, page: phone } = await watch.browser();
  await second.grantPermissions(['notifications'], { origin: server().url });
  await fakeSubscriptions(second);
  await signIn(phone, await ws.magicLink(person));
  await expect(menuSwitch(phone)).toHaveAttribute('aria-checked', 'false');
  await phone.locator('[data-action="push-on"]').click();
  await expect(menuSwitch(phone)).toHaveAttribute('aria-checked', 'true');
  expect(await devicesOf(person)).toHaveLength(2);

  await phone.goto(ws.app('settings'));
  const other = phone.locator('.device').filter({ hasNotText: 'this browser' });
  await other.getByRole('button', { name: 'Remove Chrome on Linux' }).click();
  await expect(phone.locator('.device')).toHaveCount(1);
  // The one that was removed hears of it when it is opened, and does not come back by itself.
  await page.reload();
  await expect(page.getByRole('heading', { name: 'This browser is no longer notified' })).toBeVisible();
  expect(await devicesOf(person)).toHaveLength(1);
  await page.locator('[data-action="push-on"]').click();
  await expect.poll(() => devicesOf(person)).toHaveLength(2);
});

test('Turned off while the server cannot be told, it is told later', async ({ page, context, watch }) => {
  watch.allow(/status of 503/);
  await fakeSubscriptions(context);
  const person = await ws.person();
  await signIn(page, await ws.magicLink(person));
  await page.locator('[data-action="push-on"]').click();
  await expect.poll(() => devicesOf(person)).toHaveLength(1);
  const preferences = '**/v1/me/preferences';
  await page.route(preferences, (route) => route.fulfill({ status: 503, body: '' }));
  await page.locator('.account').click();
  await menuSwitch(page).click();
  await expect(
    page.locator('.toast').getByText('Push is off in this browser. Your other devices follow'),
  ).toBeVisible();
  expect(await devicesOf(person)).toHaveLength(1);
  await page.unroute(preferences);
  await page.reload();
  await expect.poll(() => devicesOf(person)).toHaveLength(0);
  await expect(menuSwitch(page)).toHaveAttribute('aria-checked', 'false');
});

test('Signing out ends push in this browser', async ({ page, context }) => {
  await fakeSubscriptions(context);
  const person = await ws.person();
  await signIn(page, await ws.magicLink(person));
  await page.locator('[data-action="push-on"]').click();
  await expect.poll(() => devicesOf(person)).toHaveLength(1);
  await page.locator('.account').click();
  await page.locator('[data-action="sign-out"]').click();
  await expect(page.getByRole('heading', { name: 'You are signed out' })).toBeVisible();
  expect(await devicesOf(person)).toHaveLength(0);
  expect(await page.evaluate(() => localStorage.getItem('made-up-subscription'))).toBeNull();
});

test('Whoever comes next is asked for themselves', async ({ page, context, watch }) => {
  watch.allow(/status of 401/);
  await fakeSubscriptions(context);
  await signIn(page, await ws.magicLink(await ws.person()));
  await page.locator('[data-action="push-on"]').click();
  await expect(menuSwitch(page)).toHaveAttribute('aria-checked', 'true');
  // On again at once after a reload, without a flash of "off".
  await page.reload();
  await expect(menuSwitch(page)).toHaveAttribute('aria-checked', 'true');
  const ben = await ws.person(undefined, { name: 'Ben Ode' });
  await signIn(page, await ws.magicLink(ben));
  await expect(page.getByRole('heading', { name: 'Be told when this page is closed' })).toBeVisible();
  await expect(menuSwitch(page)).toHaveAttribute('aria-checked', 'false');
  expect(await devicesOf(ben)).toHaveLength(0);
});

test('Blocked in the browser is recognised, explained, and noticed when it is allowed again', async ({
  page,
  context,
  browser,
}) => {
  await fakeSubscriptions(context);
  const person = await ws.person();
  const cdp = await browser.newBrowserCDPSession();
  const { browserContextIds } = await cdp.send('Target.getBrowserContexts');
  const set = (setting: 'denied' | 'granted') =>
    Promise.all(
      browserContextIds.map((browserContextId) =>
        cdp.send('Browser.setPermission', {
          permission: { name: 'notifications' },
          setting,
          origin: server().url,
          browserContextId,
        }),
      ),
    );
  await set('denied');
  await signIn(page, await ws.magicLink(person));
  const card = page.locator('[data-push="blocked"]');
  await expect(card).toContainText('This browser blocks notifications from this site.');
  await expect(menuSwitch(page)).toHaveAttribute('aria-disabled', 'true');
  await card.getByRole('link', { name: 'Show me how' }).click();
  await expect(page.getByText('Press the symbol to the left of the address')).toBeVisible();
  await set('granted');
  await expect(page.getByRole('button', { name: 'Turn on notifications' })).toBeVisible();
  await page.getByRole('button', { name: 'Turn on notifications' }).click();
  await expect(page.getByText('On in this browser.').last()).toBeVisible();
});

test('Where push cannot be had, it is said and nothing is asked', async ({ page, watch }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, 'PushManager'));
  await signIn(page, await ws.magicLink(await ws.person()));
  await expect(page.locator('.ask')).toHaveCount(0);
  await page.goto(ws.app('settings'));
  await expect(
    page.locator('.room').getByText('This browser cannot receive push notifications.'),
  ).toBeVisible();
  await ws.operator.of('PATCH', '', { push_on: false });
  const { page: other } = await watch.browser();
  await signIn(other, await ws.magicLink(await ws.person()));
  await expect(other.locator('.ask')).toHaveCount(0);
  await other.goto(ws.app('settings'));
  await expect(other.locator('.room').getByText('The organiser has switched push off')).toBeVisible();
  await ws.operator.of('PATCH', '', { push_on: true });
});

test.describe('The worker', () => {
  interface Shown {
    title: string;
    body: string;
    tag: string;
    icon: string;
    data: unknown;
  }

  /** Delivers a payload as the browser does, and gives what is shown then. */
  async function deliverer(page: Page) {
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const cdp: CDPSession = await page.context().newCDPSession(page);
    const found = new Promise<string>((done) => {
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const one = registrations.find(({ scopeURL }) => scopeURL === ws.app());
        if (one) done(one.registrationId);
      });
    });
    await cdp.send('ServiceWorker.enable');
    const registrationId = await found;
    const shown = (): Promise<Shown[]> =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        return ((await registration?.getNotifications()) ?? []).map(({ title, body, tag, icon, data }) => ({
          title,
          body,
          tag,
          icon,
          data,
        }));
      });
    /**
     * Delivers until these titles are shown. A browser with much to do may forget a notification that is asked for while
     * it is being shown; a worker that shows nothing fails every time.
     */
    const deliver = async (data: string, titles: string[]): Promise<void> => {
      await expect(async () => {
        await cdp.send('ServiceWorker.deliverPushMessage', { origin: server().url, registrationId, data });
        const title = async () => (await shown()).map((one) => one.title);
        await expect.poll(title, { intervals: [200, 500, 1_000], timeout: 5_000 }).toEqual(titles);
      }).toPass({ timeout: 30_000 });
    };
    const clear = () =>
      page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        for (const one of (await registration?.getNotifications()) ?? []) one.close();
      });
    return { deliver, shown, clear };
  }

  const long = JSON.stringify({ notification: { title: 'Long', body: 'x'.repeat(4_000), data: {} } });
  const odd = [
    ['empty', '', 'New notification', 'Open your inbox to read it.'],
    ['not JSON', 'hello', 'New notification', 'Open your inbox to read it.'],
    ['a list', '[1,2]', 'New notification', 'Open your inbox to read it.'],
    ['null', 'null', 'New notification', 'Open your inbox to read it.'],
    ['without a notification', '{"web_push":8030}', 'New notification', 'Open your inbox to read it.'],
    ['without a title', '{"notification":{"body":"Hall B"}}', 'New notification', 'Hall B'],
    ['of nulls', '{"notification":{"title":"Doors","body":null,"tag":null,"icon":null}}', 'Doors', ''],
    [
      'contradicting itself',
      '{"notification":{"title":"Doors","body":"at 9","renotify":true}}',
      'Doors',
      'at 9',
    ],
    ['of 4 kB', long, 'Long', 'x'.repeat(4_000)],
  ] as const;
  test('shows something sensible for every odd payload', async ({ page }) => {
    await signIn(page, await ws.magicLink(await ws.person()));
    const { deliver, shown, clear } = await deliverer(page);
    for (const [name, payload, title, body] of odd) {
      await test.step(name, async () => {
        await deliver(payload, [title]);
        expect((await shown())[0], name).toMatchObject({ title, body });
        await clear();
        await expect.poll(shown, name).toEqual([]);
      });
    }
  });

  test('replaces by tag, and tells with the capability that it was displayed', async ({ page, context }) => {
    await signIn(page, await ws.magicLink(await ws.person()));
    const { deliver } = await deliverer(page);
    const receipts: string[] = [];
    await context.route('**/v1/me/receipts', async (route) => {
      receipts.push(route.request().postData() ?? '');
      await route.fulfill({ status: 202, body: '' });
    });
    const payload = (title: string) =>
      JSON.stringify({ notification: { title, tag: 'stack', data: { capability: 'cap-1' } } });
    await deliver(payload('First'), ['First']);
    await deliver(payload('Second'), ['Second']);
    await expect
      .poll(() => receipts.filter((one) => one.includes('"displayed"')).length)
      .toBeGreaterThanOrEqual(2);
    for (const one of receipts) expect(one).toContain('cap-1');
  });
});
