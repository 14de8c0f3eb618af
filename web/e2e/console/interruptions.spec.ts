/** What gets between writing and saving: a session that ends, a server that stops. Nothing that was typed is lost. */

import { messageField, saved, titleField, write } from './compose.ts';
import { crowd, Operator, PASSWORD } from './operator.ts';
import { useServer } from './server.ts';
import { expect, test } from './test.ts';

const server = useServer();
let mei: Operator;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  await mei.people(crowd(3));
});

test('a session that ends in the middle of composing: sign in again, go on', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(/status of 401/);
  const session = await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/compose`);
  await write(page, 'Room change', 'The keynote moves');
  await saved(page);

  expect((await mei.ask('DELETE', `/operator/sessions/${session}`)).status).toBe(204);
  await page.keyboard.type(' to Hall B');
  const dialog = page.getByRole('dialog', { name: 'Sign in again' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByLabel('Email')).toHaveValue(mei.email);

  // A wrong password is said there, and the dialog stays.
  const password = dialog.getByRole('textbox', { name: 'Password' });
  await password.fill('not this one, surely');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog.getByText('The email address or the password is wrong.')).toBeVisible();
  await password.fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await expect(dialog).toBeHidden();

  await expect(messageField(page)).toHaveText('The keynote moves to Hall B');
  await expect(messageField(page)).toBeFocused();
  await page.keyboard.type(', at ten');
  await saved(page);
  const id = page.url().split('/').pop();
  await expect
    .poll(() => mei.of('GET', `/drafts/${id}`))
    .toMatchObject({ title: 'Room change', message: 'The keynote moves to Hall B, at ten' });
});

test('a server that stops and returns: the text is kept and saved afterwards', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/);
  await mei.enter(context);
  await page.goto(`${server().url}/w/${mei.slug}/compose`);
  await write(page, 'Doors', 'Doors open');
  await saved(page);
  const id = page.url().split('/').pop();

  await server().kill();
  await page.keyboard.type(' at nine');
  await expect(page.getByText('The server cannot be reached.')).toBeVisible();
  await expect(
    page.getByText('The server does not answer. What you wrote is kept in this browser.'),
  ).toBeVisible();
  await page.keyboard.type(' sharp');
  await expect(messageField(page)).toHaveText('Doors open at nine sharp');

  await server().begin();
  await expect(page.getByText('The server cannot be reached.')).toBeHidden({ timeout: 20_000 });
  await saved(page);
  await expect
    .poll(() => mei.of('GET', `/drafts/${id}`))
    .toMatchObject({ title: 'Doors', message: 'Doors open at nine sharp' });

  // Goes on as before.
  await titleField(page).fill('Doors and coffee');
  await expect.poll(() => mei.of('GET', `/drafts/${id}`)).toMatchObject({ title: 'Doors and coffee' });
});

test('a page that is closed while the server is away brings the text back', async ({
  page,
  context,
  watch,
}) => {
  watch.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/);
  await mei.enter(context);
  const { id } = await mei.draft({ title: 'Lunch', message: 'Lunch is' });
  const address = `${server().url}/w/${mei.slug}/compose/${id}`;
  await page.goto(address);
  await expect(messageField(page)).toHaveText('Lunch is');
  await server().kill();
  await messageField(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' served');
  await expect(page.getByText('The server does not answer.')).toBeVisible();
  await page.close();

  await server().begin();
  const again = await context.newPage();
  await again.goto(address);
  await expect(messageField(again)).toHaveText('Lunch is served');
  await expect(again.getByText('What was not saved last time is back.').first()).toBeVisible();
  await expect.poll(() => mei.of('GET', `/drafts/${id}`)).toMatchObject({ message: 'Lunch is served' });
});
