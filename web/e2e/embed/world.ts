/** What every test here begins with: a server, its operator, a product's page on another origin, and a person. */

import { Operator } from '../console/operator.ts';
import { Server } from '../console/server.ts';
import { test as base, expect } from '../console/test.ts';
import { Host } from './host.ts';

export { expect };

export interface World {
  server: Server;
  mei: Operator;
  host: Host;
  /** An API key that may do what a product's backend does. */
  key: string;
  token(person: string): Promise<string>;
  /** Raises an event for a person; what is not said is made up. */
  raise(person: string, fields?: object): Promise<void>;
}

/** One world for the tests of a file. */
export const test = base.extend<object, { world: World }>({
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of what is wanted.
    async ({}, use) => {
      const server = await Server.start();
      const mei = await Operator.setUp(server);
      const host = await Host.start(server.url);
      await mei.of('PATCH', '', { origins: [host.url] });
      await mei.people([
        { external_id: 'ann', name: 'Ann Keller', email: 'ann@people.example' },
        { external_id: 'ben', name: 'Ben Okafor', email: 'ben@people.example' },
      ]);
      const org = (await mei.ask('GET', '/session')).body.organizations[0].id;
      const scopes = [
        'users:write',
        'users:read',
        'tokens:write',
        'events:write',
        'notifications:write',
        'notifications:read',
      ];
      const made = await mei.ask('POST', `/organizations/${org}/api-keys`, {
        name: 'Shop backend',
        scopes,
        expires_in_days: 1,
        workspace: mei.ws,
      });
      const key = made.body.secret;
      const ask = async (path: string, body: object = {}) => {
        const response = await fetch(`${server.url}/v1/workspaces/${mei.slug}${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
        return response.json();
      };
      const token = async (person: string) => (await ask(`/users/${person}/token`)).token as string;
      let number = 0;
      await use({
        server,
        mei,
        host,
        key,
        token,
        raise: async (person, fields = {}) => {
          number += 1;
          await ask('/events', {
            type: 'ticket.message',
            recipients: [person],
            title: `Message ${number}`,
            message: 'Your part has arrived.',
            ...fields,
          });
        },
      });
      await host.close();
      await server.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});
