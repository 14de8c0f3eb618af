/** A workspace as it looks after some weeks: people, groups, devices, notifications of every kind; and an empty one. */

import { crowd, Operator } from './operator.ts';
import { PushService } from './push.ts';
import { readRepositoryFile, type Server } from './server.ts';

export interface World {
  mei: Operator;
  push: PushService;
  /** Ids of what its pages show. */
  sent: string;
  draft: string;
  scheduled: string;
  imported: string;
  checked: string;
  /** Slug of a workspace in which nothing was made. */
  empty: string;
}

export async function makeWorld(server: Server): Promise<World> {
  const mei = await Operator.setUp(server);
  const push = await PushService.start();
  await mei.groups('speakers', 'crew', 'press');
  await mei.people([
    ...crowd(60, ['speakers', 'crew']),
    { external_id: 'rtl', name: 'عمر بن سعيد', email: 'omar@people.example', groups: ['press'] },
    {
      external_id: 'long',
      name: `Maria ${'del Carmen '.repeat(9)}Ortega`,
      email: `${'m'.repeat(60)}@people.example`,
    },
  ]);
  for (const person of ['person-00001', 'person-00002', 'rtl']) await push.device(mei, person, 'android');
  await push.device(mei, 'person-00001', 'windows');
  await push.device(mei, 'person-00003', 'windows', true);
  await mei.of('POST', '/myself');

  const sent = await mei.notify(
    '# Hall B\n\nThe **keynote** moves.\n\n1. Doors at nine\n2. Coffee\n\n> Bring your badge\n\n| When | Where |\n|---|---|\n| 9:30 | Hall B |\n\nSee the [map](https://example.com/map).',
    { title: 'Room change 🎉', sender: 'Programme team', destination: { url: 'https://example.com/map' } },
  );
  await mei.notify('x'.repeat(140), { title: '漢'.repeat(100) });
  await mei.notify('For the press', { audience: { groups: ['press'] } });
  const { id: draft } = await mei.draft({ title: 'Not yet', sender: 'Programme team' });
  const later = await mei.draft({ title: 'Lunch', message: 'Lunch is served' });
  await mei.of('POST', `/drafts/${later.id}/send`, { revision: later.revision, undo: 60 });

  const file = await readRepositoryFile('examples/attendees.csv');
  const upload = async (text: string) => {
    const path = `/workspaces/${mei.ws}/imports?filename=attendees.csv`;
    const { id } = (await mei.ask('POST', path, text, 'text/csv')).body;
    await mei.of('POST', `/imports/${id}/check`);
    await until(mei, `/imports/${id}`, 'checked');
    return id as string;
  };
  const imported = await upload(file);
  await mei.of('POST', `/imports/${imported}/run`, { create_groups: true });
  await until(mei, `/imports/${imported}`, 'done');
  const checked = await upload('Name,Email\nAnn Lee,ann@people.example\nBen Ode,nowhere\n');

  const org = (await mei.ask('GET', '/session')).body.organizations[0].id;
  const key = { name: 'Ticket system', scopes: ['users:write'], expires_in_days: 90, workspace: mei.ws };
  await mei.ask('POST', `/organizations/${org}/api-keys`, key);
  await mei.of('PATCH', '', { origins: ['https://shop.example'] });
  await mei.of('POST', '/signing-keys', { name: 'Shop', algorithm: 'HS256' });
  await mei.of('PUT', '/operators', { email: 'vera@harbour.example', name: 'Vera Lind', role: 'viewer' });
  const { slug } = (
    await mei.ask('POST', '/workspaces', { name: 'Winter School', time_zone: 'Europe/Berlin' })
  ).body;
  await until(mei, `/notifications/${sent}`, 'partly_failed', 'sent', 'failed');
  return { mei, push, sent, draft, scheduled: later.id, imported, checked, empty: slug };
}

/** Asks until it has this status. */
async function until(mei: Operator, path: string, ...statuses: string[]): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const { status } = await mei.of('GET', path);
    if (statuses.includes(status)) return;
    if (Date.now() > end) throw new Error(`${path} is ${status} after a minute`);
    await new Promise((done) => setTimeout(done, 100));
  }
}
