/**
 * Fills a fresh installation as an organiser would, through the public API only: an event with the attendees of
 * `examples/attendees.csv`, devices, notifications of every status, keys, staff. Owns the made-up texts.
 */

import { readFile } from 'node:fs/promises';
import { Client, until } from './client.mjs';
import { ATTENDEE, raiseEvents } from './events.mjs';

const attendees = await readFile(new URL('../../examples/attendees.csv', import.meta.url));
const picture = (name) => readFile(new URL(`./pictures/${name}.png`, import.meta.url));
const AGENTS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
];
const SETTLED = ['sent', 'partly_failed', 'failed', 'expired', 'cancelled'];
const settled = ({ status }) => SETTLED.includes(status);

const WELCOME = `The doors open at **8:30**, coffee included. Please have your badge ready, it is your key to every room.

## Where to go first

1. Registration, ground floor, on your left
2. Cloakroom beside the stairs
3. Keynote in **Hall B** at 10:00

> The shuttle from the main station leaves every ten minutes until 11:00.

Questions? Write to [the team](mailto:help@example.com) or look at the [map](https://example.com/map).`;

/** Who signs in to see it. */
export const OWNER = 'ann@example.com';

/**
 * Makes everything with the `token` of the set-up link; gives the ids that the pages are opened with. `push` is the push
 * service of the devices. All operators have the same password.
 */
export async function fill({ url, token, password }, push) {
  const owner = new Client(url);
  await owner.post('/v1/setup', {
    token,
    organization: 'Northwind Events',
    workspace: 'Summit 2027',
    time_zone: 'Europe/Berlin',
    name: 'Ann Lindqvist',
    email: OWNER,
    password,
  });
  const session = await owner.get('/v1/session');
  const { slug } = session.organizations[0].workspaces[0];
  const ws = `/v1/workspaces/${slug}`;
  const made = await owner.post('/v1/workspaces', {
    slug: 'winter-fair',
    name: 'Winter fair',
    time_zone: 'UTC',
  });

  await owner.patch(ws, {
    icon: (await owner.post(`${ws}/photos`, await picture('summit'), 'image/png')).id,
  });
  const imports = await importPeople(owner, ws);
  await addDevices(owner, url, ws, push);
  const products = await keysOf(owner, url, ws);
  const notifications = await notify(owner, products, ws, push);
  const viewer = await staff(owner, url, ws, password);
  await owner.patch(ws, { origins: ['https://summit.example', 'https://app.northwind.example:8443'] });
  return { owner, viewer, slug, ws, empty: made.slug ?? 'winter-fair', imports, ...notifications };
}

/** A link that opens the inbox of the attendee who has everything. */
export const attendeeLink = async (owner, ws) => (await owner.post(`${ws}/users/${ATTENDEE}/token`)).link;

/** One import of each status: mapped, checked with errors, done. */
async function importPeople(owner, ws) {
  const upload = (filename) => owner.post(`${ws}/imports?filename=${filename}`, attendees, 'text/csv');
  const find = (id, status) =>
    until(
      `import ${status}`,
      () => owner.get(`${ws}/imports/${id}`),
      (one) => one.status === status,
    );
  const checked = await upload('attendees-monday.csv');
  await owner.post(`${ws}/imports/${checked.id}/check`);
  await find(checked.id, 'checked');
  const done = await upload('attendees.csv');
  await owner.post(`${ws}/imports/${done.id}/check`);
  await find(done.id, 'checked');
  await owner.post(`${ws}/imports/${done.id}/run`, { create_groups: true });
  await find(done.id, 'done');
  const mapped = await upload('late-registrations.csv');
  return { mapped: mapped.id, checked: checked.id, done: done.id };
}

/** Two of three attendees have a device, some have two; one in nine is gone, one in eleven is refused. */
async function addDevices(owner, url, ws, push) {
  const { items } = await owner.get(`${ws}/users?limit=200`);
  const some = items.filter((user, at) => user.status === 'active' && at % 3 !== 2);
  for (const [at, user] of some.entries()) {
    const { token } = await owner.post(`${ws}/users/${encodeURIComponent(user.external_id)}/token`);
    const me = new Client(url, token);
    const kind = at % 9 === 4 ? 'gone' : at % 11 === 6 ? 'refused' : at % 4 === 1 ? 'slow' : 'ok';
    const add = (answers, agent) =>
      me.post('/v1/me/devices', {
        kind: 'web_push',
        subscription: push.subscription(answers),
        user_agent: AGENTS[agent % AGENTS.length],
      });
    await add(kind, at);
    if (at % 5 === 0) await add('ok', at + 2);
  }
}

async function notify(owner, products, ws, push) {
  const sender = (await owner.post(`${ws}/photos`, await picture('crew'), 'image/png')).id;
  const groups = (await owner.get(`${ws}/groups`)).items;
  const group = (name) => (groups.find((one) => one.name === name) ?? groups[0]).key;
  const draft = (fields) => owner.post(`${ws}/drafts`, fields);
  const send = async (fields) => {
    const { id, revision } = await draft(fields);
    await owner.post(`${ws}/drafts/${id}/send`, { revision, undo: 0 });
    return id;
  };
  const wait = (id) => until('a notification', () => owner.get(`${ws}/notifications/${id}`), settled);
  const everyone = { everyone: true };

  const welcome = await send({
    title: 'Welcome to Summit 2027',
    message: WELCOME,
    sender: 'Summit crew',
    photo: sender,
    destination: { url: 'https://example.com/programme' },
    audience: everyone,
  });
  await wait(welcome);
  await raiseEvents(products.shop, ws);
  await wait(
    await send({
      title: 'Speakers: your sound check',
      message: 'Hall B, **9:15**. Bring your adapter.',
      sender: 'Stage team',
      photo: sender,
      audience: { groups: [group('Speaker')] },
    }),
  );
  await wait(
    (
      await products.shop.post(`${ws}/notifications`, {
        title: 'Your invoice is ready',
        message: 'Invoice 2027-0418 is waiting in your account.',
        sender: 'Ticket shop',
        audience: { users: [ATTENDEE] },
      })
    ).id,
  );
  const members = (await owner.get(`${ws}/users?q=ann%20lindqvist`)).items;
  if (members[0]) {
    await wait(
      (
        await products.shifts.post(`${ws}/notifications`, {
          title: 'Your shift on Saturday has moved',
          message: 'It begins at 7:30 now, at the north entrance.',
          sender: 'Shift plan',
          audience: { users: [members[0].external_id] },
        })
      ).id,
    );
  }
  const helpers = await draft({
    title: 'Helpers: lunch is in the yard today',
    message: 'Between 12:00 and 14:00. Vegan dishes are on the left.',
    sender: 'Summit crew',
    audience: { groups: [group('Helfer')] },
  });
  await owner.post(`${ws}/drafts/${helpers.id}/send`, { revision: helpers.revision, undo: 60 });
  await owner.post(`${ws}/notifications/${helpers.id}/cancel`);
  const unfinished = await draft({
    title: 'Room change: “Calm systems” moves to Lisbon',
    message: `The talk **“Building calm systems”** by Ana Ruiz moves from Oslo to *Lisbon*, first floor.

- Same time: 14:15
- The stream stays at the same address
- Seats are kept for whoever signed up

[See the plan of the house](https://example.com/map)`,
    sender: 'Summit crew',
    photo: sender,
    destination: { url: 'https://example.com/talks/118' },
    audience: { groups: [group('Teilnehmer'), group('Speaker')] },
  });
  await draft({ title: 'Thank you, and see you next year', message: '' });
  push.holding = true;
  const running = await send({
    title: 'The keynote starts in ten minutes',
    message: 'Hall B, second floor. Doors close at **10:00** sharp.',
    sender: 'Summit crew',
    photo: sender,
    audience: everyone,
  });
  await until(
    'most of the running notification',
    () => owner.get(`${ws}/notifications/${running}`),
    ({ status, progress }) => status === 'sending' && progress && progress.done > progress.of / 2,
  );
  return { welcome, helpers: helpers.id, unfinished: unfinished.id, running, group: group('Speaker') };
}

/** Products with an API key each, and a signing key for the website. */
async function keysOf(owner, url, ws) {
  const workspace = await owner.get(ws);
  const { organizations } = await owner.get('/v1/session');
  const product = async (fields) => {
    const path = `/v1/organizations/${organizations[0].slug}/api-keys`;
    return new Client(url, (await owner.post(path, { ...fields, workspace: workspace.id })).secret);
  };
  const shop = await product({
    name: 'Ticket shop',
    scopes: ['notifications:write', 'users:write', 'events:write'],
  });
  const shifts = await product({ name: 'Shift plan', scopes: ['notifications:write'], expires_in_days: 30 });
  await owner.post(`${ws}/signing-keys`, { name: 'Website', algorithm: 'HS256' });
  return { shop, shifts };
}

/** A manager who has not answered, and a viewer who signs in. */
async function staff(owner, url, ws, password) {
  await owner.put(`${ws}/operators`, { email: 'bea@example.com', name: 'Beatriz Roy', role: 'manager' });
  const { link } = await owner.put(`${ws}/operators`, {
    email: 'vito@example.com',
    name: 'Vito Amato',
    role: 'viewer',
  });
  const viewer = new Client(url);
  await viewer.post('/v1/password-reset', { token: link.split('#')[1], password });
  await viewer.post('/v1/session', { email: 'vito@example.com', password });
  return viewer;
}
