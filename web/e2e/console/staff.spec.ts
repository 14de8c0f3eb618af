/** Operators with different roles, invited by the owner; and that what a role may not do is neither offered nor done. */

import type { Page } from '@playwright/test';
import { crowd, Operator, OWNER, PASSWORD } from './operator.ts';
import { useServer } from './server.ts';
import { expect, NOT_SIGNED_IN, test } from './test.ts';

const server = useServer();
let mei: Operator;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  await mei.people(crowd(3));
});

/** The owner's part: settings, invite, the link that is shown once. */
async function invite(page: Page, name: string, email: string, role: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite' }).click();
  const form = page.getByRole('form', { name: 'Invite' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Email').fill(email);
  await form.getByLabel(role, { exact: true }).check();
  await form.getByRole('button', { name: 'Give the role' }).click();
  const link = page.getByText(new RegExp(`^${server().url}/reset#`));
  await expect(link).toBeVisible();
  await expect(page.getByText(`Link for ${name}`, { exact: true })).toBeVisible();
  return (await link.textContent())?.trim() ?? '';
}

/** Their part: the link, a password, signing in. */
async function arrive(page: Page, link: string, email: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save the password' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  await page.getByLabel('Email').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
}

test('an editor writes and sends; a viewer is neither offered it nor let', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(NOT_SIGNED_IN);
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/settings`);
  await page.getByRole('link', { name: 'Staff', exact: true }).click();
  const forEditor = await invite(page, 'Ibrahim Sow', 'ibrahim@harbour.example', 'Editor');
  const forViewer = await invite(page, 'Vera Lind', 'vera@harbour.example', 'Viewer');
  await expect(page.getByText('Has not signed in yet')).toHaveCount(2);

  const editor = await watch.browser();
  await arrive(editor.page, forEditor, 'ibrahim@harbour.example');
  await editor.page.getByRole('link', { name: 'Compose' }).first().click();
  await expect(editor.page.getByRole('heading', { level: 1, name: 'New notification' })).toBeVisible();
  await editor.page.goto(`${server().url}/w/${mei.slug}/people`);
  await expect(editor.page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();
  await expect(editor.page.getByRole('link', { name: 'Add person' })).toHaveCount(0);

  const viewer = await watch.browser();
  await arrive(viewer.page, forViewer, 'vera@harbour.example');
  await expect(viewer.page.getByRole('link', { name: 'Notifications' }).first()).toBeVisible();
  await expect(viewer.page.getByRole('link', { name: 'Compose' })).toHaveCount(0);
  await viewer.page.keyboard.press('c');
  await expect(viewer.page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  // The address by hand leads to a page that says so.
  await viewer.page.goto(`${server().url}/w/${mei.slug}/compose`);
  await expect(viewer.page.getByRole('heading', { name: 'You may not see this' })).toBeVisible();

  const vera = await Operator.signIn(server(), 'vera@harbour.example');
  const draft = await mei.draft();
  for (const [method, path, body] of [
    ['POST', '/drafts', { message: 'Hello' }],
    ['POST', `/drafts/${draft.id}/send`, { revision: draft.revision }],
    ['POST', '/notifications', { message: 'Hello', audience: { everyone: true } }],
    ['PUT', '/operators', { email: 'x@harbour.example', name: 'X', role: 'viewer' }],
  ] as const) {
    const refused = await vera.ask(method, `/workspaces/${mei.ws}${path}`, body);
    expect(refused, `${method} ${path}`).toMatchObject({ status: 403, body: { code: 'permission_missing' } });
  }
  const ibrahim = await Operator.signIn(server(), 'ibrahim@harbour.example');
  const sent = await ibrahim.ask('POST', `/workspaces/${mei.ws}/drafts/${draft.id}/send`, {
    revision: draft.revision,
    undo: 0,
  });
  expect(sent.status).toBe(202);
});

test('a link sets one password: the second time it says what to do', async ({ page, context, watch }) => {
  watch.allow(NOT_SIGNED_IN, /status of 403 .*password-reset$/);
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/settings/staff`);
  const link = await invite(page, 'Tomás Reyes', 'tomas@harbour.example', 'Viewer');
  const { page: first } = await watch.browser();
  await arrive(first, link, 'tomas@harbour.example');
  const { page: second } = await watch.browser();
  await second.goto(link);
  await second.getByLabel('New password').fill('another long password');
  await second.getByRole('button', { name: 'Save the password' }).click();
  await expect(second.getByText('This link does not work any more')).toBeVisible();
});

test('a wrong password is refused in the same words for everybody', async ({ page, watch }) => {
  watch.allow(NOT_SIGNED_IN);
  await page.goto(`${server().url}/sign-in`);
  for (const email of [OWNER.email, 'nobody@harbour.example']) {
    await page.getByLabel('Email').fill(email);
    await page.getByRole('textbox', { name: 'Password' }).fill('not this one, surely');
    await page.getByRole('button', { name: 'Sign in' }).click();
    const summary = page.getByRole('alert');
    await expect(summary).toContainText('The email address or the password is wrong.');
    await expect(summary).toBeFocused();
    await expect(page.getByLabel('Email')).toHaveValue(email);
  }
});

test('a new password ends every other session', async ({ page, context, watch }) => {
  watch.allow(/status of (401|422)/);
  const made = await mei.of('PUT', '/operators', {
    email: 'ada@harbour.example',
    name: 'Ada Nwosu',
    role: 'manager',
  });
  await fetch(`${server().url}/v1/password-reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-belfry-console': '1' },
    body: JSON.stringify({ token: new URL(made.link).hash.slice(1), password: PASSWORD }),
  });
  const ada = await Operator.signIn(server(), 'ada@harbour.example');
  await ada.enter(context);
  const other = await watch.browser();
  await ada.enter(other.context);
  await other.page.goto(`${server().url}/w/${mei.slug}/people`);
  await expect(other.page.getByRole('heading', { level: 1, name: 'People' })).toBeVisible();

  await page.goto(`${server().url}/profile`);
  await page.getByLabel('Current password').fill('not this one, surely');
  await page.getByLabel('New password').fill('a new and better one');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByRole('alert')).toContainText('password');
  await expect(page.getByLabel('New password')).toHaveValue('a new and better one');
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('The password is changed. Other sessions have ended.').first()).toBeVisible();

  await other.page.getByRole('link', { name: 'Notifications' }).first().click();
  await expect(other.page.getByRole('dialog', { name: 'Sign in again' })).toBeVisible();
  expect((await ada.ask('GET', '/session')).status).toBe(401);
});
