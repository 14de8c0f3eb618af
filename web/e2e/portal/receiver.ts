/**
 * What a receiver's tests need: a workspace with people, their magic links, browsers that sign in by them, and what is
 * sent to them. Owns no browser; asks the API as the operator of `console/operator.ts` does.
 */

import { randomUUID } from 'node:crypto';
import { expect, type Page } from '@playwright/test';
import { type Answer, Operator } from '../console/operator.ts';
import type { Server } from '../console/server.ts';

export interface Sent {
  title?: string;
  message?: string;
  sender?: string;
  destination?: { url: string };
  /** External ids. */
  to: string | readonly string[];
}

export class Workspace {
  private constructor(
    readonly operator: Operator,
    readonly server: Server,
    /** An API key that may do everything in the organization. */
    readonly key: string,
  ) {}

  /** Sets the installation up by its set-up link, and makes an API key; once per server. */
  static async setUp(server: Server): Promise<Workspace> {
    const operator = await Operator.setUp(server);
    const [organization] = (await operator.ask('GET', '/session')).body.organizations;
    const scopes = ['notifications:write', 'users:write', 'events:write'];
    const made = await operator.ask('POST', `/organizations/${organization.id}/api-keys`, {
      name: 'Tests',
      scopes,
      workspace: operator.ws,
    });
    if (made.status >= 300) throw new Error(`no key: ${JSON.stringify(made.body)}`);
    return new Workspace(operator, server, made.body.secret);
  }

  get slug(): string {
    return this.operator.slug;
  }

  /** The address of the portal, or of a page in it. */
  app(path = ''): string {
    return `${this.server.url}/app/${this.slug}/${path}`;
  }

  /** Makes a person; gives the external id, a fresh one where none is given. */
  async person(externalId = `p-${randomUUID().slice(0, 8)}`, fields: object = {}): Promise<string> {
    await this.operator.of('PUT', `/users/${externalId}`, { name: 'Ann Lee', ...fields });
    return externalId;
  }

  async magicLink(externalId: string): Promise<string> {
    return (await this.operator.of('POST', `/users/${externalId}/token`)).link;
  }

  /** A bearer token, for asking as the person. */
  async token(externalId: string): Promise<string> {
    return (await this.operator.of('POST', `/users/${externalId}/token`)).token;
  }

  /** Sends to people and waits until it is in their inboxes. */
  async send({ to, message = 'Come and see.', ...fields }: Sent): Promise<string> {
    const users = typeof to === 'string' ? [to] : to;
    const { id } = await this.operator.of('POST', '/notifications', {
      message,
      audience: { users },
      ...fields,
    });
    await expect
      .poll(async () => (await this.operator.of('GET', `/notifications/${id}`)).status, { timeout: 30_000 })
      .toMatch(/^(sent|partly_failed|failed)$/);
    return id;
  }

  /** Raises an event for people: items of the same type on the same subject stack. */
  async raise(
    fields: { type?: string; recipients: readonly string[] } & Record<string, unknown>,
  ): Promise<void> {
    const answer = await this.api('POST', '/events', { type: 'ticket.message', ...fields });
    if (answer.status >= 300) throw new Error(`the event is refused: ${JSON.stringify(answer.body)}`);
  }

  /** Asks with the API key. */
  async api(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(this.server, this.key, method, `/workspaces/${this.operator.ws}${path}`, body);
  }

  /** Asks as a person. */
  async me(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(this.server, token, method, `/me${path}`, body);
  }
}

async function ask(
  server: Server,
  bearer: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${server.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${bearer}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

/** Opens a magic link, presses its button, and waits for the bell. */
export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.locator('[data-action="open-link"]').click();
  await expect(page.locator('[data-action="bell"]')).toBeVisible();
  await expect(page.locator('.rows-card .skeleton')).toHaveCount(0);
}

/** The row of an item by its title. */
export const row = (page: Page, title: string) => page.locator('.row', { hasText: title });

/** A person who is signed in, with items of these titles; the last one is the newest. */
export async function inboxWith(ws: Workspace, page: Page, ...titles: string[]): Promise<string> {
  const person = await ws.person();
  for (const title of titles) await ws.send({ title, to: person });
  await signIn(page, await ws.magicLink(person));
  for (const title of titles) await expect(row(page, title)).toBeVisible();
  return person;
}

/** Everything that a table of the browser's own database holds, as JSON. */
export const kept = (page: Page, database: string, table: string): Promise<string> =>
  page.evaluate(
    ([name = '', store = '']) =>
      new Promise<string>((done, fail) => {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(store);
        request.onerror = () => fail(request.error);
        request.onsuccess = () => {
          const all = request.result.transaction(store).objectStore(store).getAll();
          all.onsuccess = () => {
            request.result.close();
            done(JSON.stringify(all.result));
          };
        };
      }),
    [database, table],
  );
