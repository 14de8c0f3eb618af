/**
 * Every page with real data: no finding of axe in light and dark, wide and on a phone; nothing scrolls sideways on a
 * phone or at 200 % zoom; and, by the fixture, no violation of the policy and no error in the console.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { inside } from './addresses.ts';
import { titleField } from './compose.ts';
import { Server, useServer } from './server.ts';
import { expect, NOT_SIGNED_IN, test } from './test.ts';
import { makeWorld, type World } from './world.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const server = useServer();
let world: World;

// Two files at a time would leave one processor idle in the end: each worker has a server of its own.
test.describe.configure({ mode: 'parallel' });

test.beforeAll(async () => {
  test.setTimeout(120_000);
  world = await makeWorld(server());
});
test.afterAll(() => world?.push.close());

/** What axe finds, as one line each; by all of its rules, or by the one about colours. */
async function findings(page: Page, rules: 'all' | 'colours'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const options = {
    resultTypes: ['violations'],
    ...(rules === 'colours' && { runOnly: ['color-contrast'] }),
  };
  return page.evaluate(async (options) => {
    // biome-ignore lint/suspicious/noExplicitAny: the judge comes as a script.
    const { violations } = await (globalThis as any).axe.run(document, options);
    return violations.map(
      (one: { id: string; nodes: { target: string[]; failureSummary: string }[] }) =>
        `${one.id}: ${one.nodes
          .slice(0, 3)
          .map((node) => `${node.target.join(' ')} (${node.failureSummary})`)
          .join(' | ')}`,
    );
  }, options);
}

const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** What fades has its colour only in the end. */
const faded = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const next = () => new Promise(requestAnimationFrame);
    const fading = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
    await next();
    await next();
    // What inherits a colour that fades begins to fade when that has ended.
    for (let all = fading(); all.length > 0; all = fading()) {
      await Promise.allSettled(all.map((one) => one.finished));
      await next();
    }
  });

/** Goes there and judges it at three widths. `act` opens what is behind a button. */
async function judge(page: Page, address: string, act?: (page: Page) => Promise<void>): Promise<void> {
  const found: string[] = [];
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  await act?.(page);
  for (const [width, height, ...schemes] of [
    [1440, 900, 'light', 'dark'],
    // What 1440 pixels are at 200 %.
    [720, 450],
    [390, 844, 'dark', 'light'],
  ] as const) {
    await page.setViewportSize({ width, height });
    // Of what the width decides nothing changes with the scheme.
    for (const [index, scheme] of schemes.entries()) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
      await faded(page);
      for (const line of await findings(page, index === 0 ? 'all' : 'colours'))
        found.push(`${width} ${scheme}: ${line}`);
    }
    const over = await sideways(page);
    if (over > 0) found.push(`${width}: scrolls sideways by ${over} pixels`);
  }
  expect(found, address).toEqual([]);
}

for (const [name, path] of Object.entries(inside)) {
  test(name, async ({ page, context }) => {
    await world.mei.enter(context);
    await judge(page, `${server().url}/w/${world.mei.slug}${path(world)}`);
  });
}

for (const [name, path] of Object.entries({
  Home: '',
  People: '/people',
  Groups: '/groups',
  Notifications: '/notifications',
  'API keys': '/settings/api-keys',
})) {
  test(`${name}, empty`, async ({ page, context }) => {
    await world.mei.enter(context);
    await judge(page, `${server().url}/w/${world.empty}${path}`);
  });
}

test('Profile', async ({ page, context }) => {
  await world.mei.enter(context);
  await judge(page, `${server().url}/profile`);
});

test('Not found', async ({ page, context, watch }) => {
  watch.allow(/status of 404/);
  await world.mei.enter(context);
  await judge(page, `${server().url}/w/${world.mei.slug}/notifications/ntf_00000000000000000000000000000000`);
});

test('Sign in, with a wrong password', async ({ page, watch }) => {
  watch.allow(NOT_SIGNED_IN);
  await judge(page, `${server().url}/sign-in`, async () => {
    await page.getByLabel('Email').fill('nobody@harbour.example');
    await page.getByRole('textbox', { name: 'Password' }).fill('not this one, surely');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  });
});

test('A new password by link', async ({ page, watch }) => {
  watch.allow(NOT_SIGNED_IN);
  await judge(page, `${server().url}/reset#anything`);
});

test('Setting up', async ({ page, watch }) => {
  watch.allow(NOT_SIGNED_IN);
  const fresh = await Server.start();
  try {
    await judge(page, fresh.setupLink, () =>
      page.getByRole('button', { name: 'Set up and sign in' }).click(),
    );
    // A page that fetches what comes next would complain about the server that went.
    await page.goto('about:blank');
  } finally {
    await fresh.close();
  }
});

test('Review, shortcuts and palette', async ({ page, context }) => {
  await world.mei.enter(context);
  const home = `${server().url}/w/${world.mei.slug}`;
  await judge(page, `${home}/compose/${world.draft}`, async () => {
    await page.getByRole('button', { name: 'Review and send' }).click();
    await expect(page.getByRole('dialog').getByRole('button', { name: /^Send to/ })).toBeVisible();
  });
  await judge(page, home, async () => {
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  });
  await judge(page, home, async () => {
    await page.keyboard.press('Control+k');
    await expect(page.getByPlaceholder('Where to, or what to do?')).toBeVisible();
  });
});

test('Dialogs that ask before something ends, and the one for a workspace', async ({ page, context }) => {
  await world.mei.enter(context);
  const home = `${server().url}/w/${world.mei.slug}`;
  await judge(page, `${home}/people/person-00001`, async () => {
    await page.getByRole('button', { name: 'More about this person' }).click();
    await page.getByRole('menuitem', { name: /^Delete the person/ }).click();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Delete for good' })).toBeVisible();
  });
  await judge(page, `${home}/settings/api-keys`, async () => {
    await page.getByRole('button', { name: /^Revoke: / }).click();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true })).toBeVisible();
  });
  await judge(page, home, async () => {
    await page.getByRole('button', { name: /Switch workspace$/ }).click();
    await page.getByRole('menuitem', { name: 'New workspace' }).click();
    await expect(page.getByRole('dialog', { name: 'New workspace of Harbour Events' })).toBeVisible();
  });
});

test('What failed, what is refused, no connection, and a session that ended', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(/status of (403|500) .*\/users\?/, /status of 401/, /ERR_INTERNET_DISCONNECTED/);
  const session = await world.mei.enter(context);
  const home = `${server().url}/w/${world.mei.slug}`;
  const asked = '**/v1/workspaces/*/users?*';
  for (const [status, code, heading] of [
    [500, 'internal', 'This did not load'],
    [403, 'permission_missing', 'You may not see this page'],
  ] as const) {
    const problem = { title: code, status, code, detail: 'No.' };
    await page.route(asked, (route) =>
      route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await judge(page, `${home}/people`, () =>
      expect(page.getByRole('heading', { name: heading })).toBeVisible(),
    );
    await page.unroute(asked);
  }
  await judge(page, home, async () => {
    await context.setOffline(true);
    await expect(page.getByText(/cannot be reached|no connection/i).first()).toBeVisible();
  });
  await context.setOffline(false);
  await judge(page, `${home}/compose/${world.draft}`, async () => {
    expect((await world.mei.ask('DELETE', `/operator/sessions/${session}`)).status).toBe(204);
    await titleField(page).press('End');
    await page.keyboard.type('!');
    await expect(page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
  });
});
