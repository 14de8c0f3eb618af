/** Writing with the keyboard only: sent, taken back within ten seconds, sent again, and followed until it settles. */

import { saved, settled } from './compose.ts';
import { crowd, Operator } from './operator.ts';
import { useServer } from './server.ts';
import { ANSWER_LOST, expect, loseAnswer, test } from './test.ts';

const server = useServer();
let mei: Operator;

test.beforeAll(async () => {
  mei = await Operator.setUp(server());
  await mei.groups('speakers', 'crew');
  await mei.people(crowd(40, ['speakers', 'crew']));
});

test.beforeEach(({ context }) => mei.enter(context));

test('written, sent, taken back and sent again without a mouse', async ({ page }) => {
  const { keyboard } = page;
  await page.goto(`${server().url}/w/${mei.slug}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeVisible();
  await keyboard.press('c');
  await expect(page.getByRole('heading', { level: 1, name: 'New notification' })).toBeFocused();

  /** Goes on with Tab until something of this name has the focus. */
  const tabTo = async (name: string | RegExp) => {
    const wanted = page.getByRole('main').getByLabel(name).or(page.getByRole('button', { name }));
    for (let stops = 0; stops < 40; stops += 1) {
      await keyboard.press('Tab');
      const there = await wanted.evaluateAll((all) => all.some((one) => one === document.activeElement));
      if (there) return;
    }
    throw new Error(`the Tab key does not lead to ${name}`);
  };
  await tabTo('Sender');
  await keyboard.type('Programme team');
  await tabTo('Title');
  await keyboard.type('Room change 🎉');
  await tabTo('Message');
  await keyboard.type('The keynote moves to ');
  await keyboard.press('Control+b');
  await keyboard.type('Hall B');
  await tabTo('Everyone');
  await keyboard.press('Space');
  await expect(page.getByText('41 people').first()).toBeVisible();
  await saved(page);
  const id = page.url().split('/').pop() ?? '';

  await keyboard.press('Control+Enter');
  const send = page.getByRole('dialog').getByRole('button', { name: /^Send to 41 people/ });
  await expect(send).toBeFocused();
  await keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/notifications/${id}$`));
  await expect(page.getByRole('heading', { level: 1, name: 'Room change 🎉' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Undo · \d+ s/ })).toBeVisible();
  expect(await mei.of('GET', `/notifications/${id}`)).toMatchObject({ status: 'scheduled' });
  await keyboard.press('z');

  // Nothing left, and it stands there as it was.
  await expect(page.getByText('Nothing was sent. It is a draft again.').first()).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`/compose/${id}$`));
  const back = await mei.of('GET', `/notifications/${id}`);
  expect(back).toMatchObject({
    status: 'draft',
    title: 'Room change 🎉',
    sender: 'Programme team',
    counts: {},
  });
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('Room change 🎉');
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toHaveText(
    'The keynote moves to **Hall B**',
  );
  expect(await mei.of('GET', '/quota')).toMatchObject({ used: 0 });

  await keyboard.press('Control+Enter');
  await expect(send).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Room change 🎉' })).toBeVisible();
  await settled(page, 41);
  expect(await mei.of('GET', '/quota')).toMatchObject({ used: 1 });
});

test('an answer that gets lost: it is on its way all the same, and can be taken back', async ({
  page,
  watch,
}) => {
  watch.allow(ANSWER_LOST);
  const { id } = await mei.draft({
    title: 'Lost answer',
    message: 'It was sent',
    audience: { users: ['person-00001'] },
  });
  await page.goto(`${server().url}/w/${mei.slug}/compose/${id}`);
  await page.getByRole('button', { name: 'Review and send' }).click();
  await loseAnswer(page, `**/drafts/${id}/send`);
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Send to / })
    .click();
  await expect(page).toHaveURL(new RegExp(`/notifications/${id}$`));
  await page.getByRole('button', { name: /^Undo · \d+ s/ }).click();
  await expect(page).toHaveURL(new RegExp(`/compose/${id}$`));
  expect(await mei.of('GET', `/notifications/${id}`)).toMatchObject({ status: 'draft' });
});

test('a review points at what is missing, and typing puts it right', async ({ page }) => {
  await page.goto(`${server().url}/w/${mei.slug}/compose`);
  await page.getByRole('button', { name: 'Review and send' }).click();
  const summary = page.getByRole('alert').filter({ hasText: 'Write a message' });
  await expect(summary).toContainText('Say whom it is for');
  await expect(summary).toBeFocused();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a refusal of the server stands at its field and nothing is lost', async ({ page, watch }) => {
  watch.allow(/status of 422/);
  const { id } = await mei.draft({ title: 'Doors', message: 'Doors open at nine' });
  await page.goto(`${server().url}/w/${mei.slug}/compose/${id}`);
  await page.getByRole('textbox', { name: 'Link' }).fill('gopher://old.example');
  await page.getByRole('button', { name: 'Review and send' }).click();
  await expect(page.getByText(/This is no web address/).first()).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue('gopher://old.example');
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('Doors');
});

test('two tabs with one draft: the second is asked, and both versions are there to choose', async ({
  context,
  watch,
}) => {
  watch.allow(/status of 409/);
  const { id } = await mei.draft({ title: 'First words', message: 'Doors open at nine' });
  const address = `${server().url}/w/${mei.slug}/compose/${id}`;
  const [one, two] = [await context.newPage(), await context.newPage()];
  const title = (page: typeof one) => page.getByRole('textbox', { name: 'Title' });
  for (const page of [one, two]) {
    await page.goto(address);
    await expect(title(page)).toHaveValue('First words');
  }
  await title(one).fill('Of the first tab');
  await expect(one.getByText('revision 2')).toBeVisible();
  await title(two).fill('Of the second tab');

  const dialog = two.getByRole('dialog', { name: 'This draft was changed elsewhere' });
  await expect(dialog).toContainText('Of the first tab');
  await expect(dialog).toContainText('Of the second tab');
  await dialog.getByRole('button', { name: 'Keep what is here' }).click();
  await expect(two.getByText('revision 3')).toBeVisible();
  expect(await mei.of('GET', `/drafts/${id}`)).toMatchObject({ title: 'Of the second tab', revision: 3 });

  // The other way round, it takes the server's.
  await title(one).fill('Once more of the first');
  const asked = one.getByRole('dialog', { name: 'This draft was changed elsewhere' });
  await expect(asked).toContainText('Of the second tab');
  await asked.getByRole('button', { name: 'Take the one on the server' }).click();
  await expect(title(one)).toHaveValue('Of the second tab');
  await expect(one.getByText('revision 3')).toBeVisible();
});
