/** Settings do what they say: keys open and stop opening, origins are let in and shut out, push is really off. */

import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
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
});
test.afterAll(() => push?.close());
test.beforeEach(({ context }) => mei.enter(context));

const visit = (page: Page, part: string) => page.goto(`${server().url}/w/${mei.slug}/settings${part}`);
/** A revoked key stops within five seconds. */
const STOPS = { timeout: 15_000 };

/** The status of an answer to whoever comes with a key or a token. */
async function asking(token: string, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${server().url}/v1${path}`, { headers })).status;
}

/** What is shown this once; after a reload it is nowhere on the page. */
async function secretOf(page: Page, title: string): Promise<string> {
  const shown = page.getByRole('status').filter({ hasText: title });
  await expect(shown).toBeVisible();
  const secret = (await shown.locator('code').textContent())?.trim() ?? '';
  expect(secret.length).toBeGreaterThan(20);
  await page.reload();
  await expect(page.getByRole('listitem').first()).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  return secret;
}

async function revoke(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Revoke: ${name}` }).click();
  const dialog = page.getByRole('dialog', { name: `Revoke “${name}”?` });
  await dialog.getByRole('button', { name: 'Revoke', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('listitem').filter({ hasText: name }).first()).toContainText('Revoked');
  await expect(page.getByRole('button', { name: `Revoke: ${name}` })).toHaveCount(0);
}

test('an API key is shown once, opens what it may, and nothing once it is revoked', async ({ page }) => {
  await visit(page, '/api-keys');
  await page.getByRole('button', { name: 'New key' }).click();
  const form = page.getByRole('form', { name: 'New key' });
  await form.getByRole('textbox', { name: 'What it is for' }).fill('Ticket system');
  await form.getByRole('button', { name: 'Make the key' }).click();
  await expect(form.getByRole('alert')).toContainText('Choose at least one thing it may do');
  await form.getByRole('checkbox', { name: 'Read people and groups' }).check();
  await form.getByRole('button', { name: 'Make the key' }).click();
  const secret = await secretOf(page, 'The key “Ticket system” is ready');
  const people = `/workspaces/${mei.ws}/users`;
  const row = page.getByRole('listitem').filter({ hasText: 'Ticket system' }).first();
  await expect(row).toContainText('never used');

  expect(await asking(secret, people)).toBe(200);
  expect(await asking(`${secret}x`, people)).toBe(401);
  expect(await asking(secret, `/workspaces/${mei.ws}/notifications`), 'not in its scopes').toBe(403);
  await revoke(page, 'Ticket system');
  await expect.poll(() => asking(secret, people), STOPS).toBe(401);
});

test('a signing key signs people in until it is revoked', async ({ page }) => {
  await visit(page, '/signing-keys');
  await page.getByRole('button', { name: 'New signing key' }).click();
  const form = page.getByRole('form', { name: 'New signing key' });
  await form.getByRole('textbox', { name: 'What it is for' }).fill('Shop');
  await form.getByRole('button', { name: 'Register the key' }).click();
  const secret = await secretOf(page, 'The secret of “Shop”');
  const kid = await page.getByRole('listitem').filter({ hasText: 'kid:' }).locator('code').textContent();

  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const head = part({ alg: 'HS256', kid });
  const claims = part({ sub: 'person-00001', aud: 'belfry-inbox', exp });
  const token = (key: string) =>
    `${head}.${claims}.${createHmac('sha256', key).update(`${head}.${claims}`).digest('base64url')}`;
  expect(await asking(token(secret), '/me')).toBe(200);
  expect(await asking(token('another secret of enough bytes...'), '/me')).toBe(401);
  await revoke(page, 'Shop');
  await expect.poll(() => asking(token(secret), '/me'), STOPS).toBe(401);
});

test('an origin is let in, shut out, and let in again by Undo', async ({ page }) => {
  const origin = 'https://shop.example';
  const letIn = async () => {
    const { token } = await mei.of('POST', '/users/person-00001/token');
    const headers = { origin, authorization: `Bearer ${token}` };
    return (await fetch(`${server().url}/v1/me`, { headers })).status;
  };
  await visit(page, '/origins');
  await expect(page.getByText('No website yet')).toBeVisible();
  expect(await letIn()).toBe(403);

  const field = page.getByRole('textbox', { name: 'Origin' });
  await field.fill('ftp://shop.example');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('This is no address such as');
  await expect(field).toHaveValue('ftp://shop.example');
  // What was copied from the address line will do.
  await field.fill('https://Shop.example/cart?item=1');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const remove = page.getByRole('button', { name: `Remove ${origin}`, exact: true });
  await expect(remove).toBeVisible();
  await expect(field).toHaveValue('');
  await expect.poll(letIn, STOPS).toBe(200);

  await field.fill(origin);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('This one is allowed already');

  await remove.click();
  await expect(remove).toHaveCount(0);
  await expect.poll(letIn, STOPS).toBe(403);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(remove).toBeVisible();
  await page.reload();
  await expect(remove).toBeVisible();
  await expect.poll(letIn, STOPS).toBe(200);
});

test('with push switched off nothing leaves for devices, and the inbox has it all the same', async ({
  page,
}) => {
  const device = await push.device(mei, 'person-00001', 'android');
  const settled = async (id: string) => {
    await expect
      .poll(async () => (await mei.of('GET', `/notifications/${id}`)).status, { timeout: 40_000 })
      .toBe('sent');
    return mei.of('GET', `/notifications/${id}/deliveries`);
  };
  await visit(page, '');
  const toggle = page.getByRole('switch', { name: 'Send push notifications' });
  await expect(toggle).toBeChecked();
  await toggle.click();
  await expect(page.getByText('Push is off. Nothing leaves for devices any more.').first()).toBeVisible();
  await page.reload();
  await expect(toggle).not.toBeChecked();

  const quiet = await settled(await mei.notify('Nobody hears this'));
  const byChannel = (list: typeof quiet, channel: string) =>
    list.items.filter((one: { channel: string }) => one.channel === channel);
  expect(byChannel(quiet, 'inbox')).toHaveLength(3);
  expect(byChannel(quiet, 'web_push').filter((one: { state: string }) => one.state === 'success')).toEqual(
    [],
  );
  expect(push.posts).toEqual([]);
  await page.goto(`${server().url}/w/${mei.slug}`);
  await expect(page.getByText(/^Push is off in this workspace/)).toBeVisible();

  await visit(page, '');
  await toggle.click();
  await expect(toggle).toBeChecked();
  await expect.poll(async () => (await mei.of('GET', '')).push_on).toBe(true);
  const loud = await settled(await mei.notify('Everybody hears this'));
  expect(byChannel(loud, 'web_push')).toMatchObject([{ state: 'success' }]);
  expect(push.posts).toEqual([device]);
});
