/** An operator who asks the API by program: sets up, makes people, signs browsers in. Owns a session's cookie. */

import { randomUUID } from 'node:crypto';
import type { BrowserContext } from '@playwright/test';
import type { Server } from './server.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely; the pages are what is typed.
export type Answer = { status: number; body: any };

export const PASSWORD = 'correct horse battery';

/** Mei runs every installation here. */
export const OWNER = { name: 'Mei Tanaka', email: 'mei@harbour.example', password: PASSWORD };

export class Operator {
  private constructor(
    readonly server: Server,
    readonly email: string,
    private cookie: string,
    /** Id of the workspace that they see first. */
    readonly ws: string,
    /** Its slug: how addresses call it. */
    readonly slug: string,
  ) {}

  /** Sets the installation up by its link; once per server. */
  static async setUp(server: Server): Promise<Operator> {
    const token = new URL(server.setupLink).hash.slice(1);
    return Operator.#begin(server, OWNER.email, '/v1/setup', {
      token,
      organization: 'Harbour Events',
      workspace: 'Riverside Summit 2026',
      time_zone: 'Europe/Berlin',
      ...OWNER,
    });
  }

  static signIn(server: Server, email: string, password = PASSWORD): Promise<Operator> {
    return Operator.#begin(server, email, '/v1/session', { email, password });
  }

  static async #begin(server: Server, email: string, path: string, body: object): Promise<Operator> {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-belfry-console': '1' },
      body: JSON.stringify(body),
    });
    const session = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(session)}`);
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const [workspace] = session.organizations[0]?.workspaces ?? [];
    return new Operator(server, email, cookie, workspace?.id ?? '', workspace?.slug ?? '');
  }

  /** Asks; answers of any status are given back. `path` below `/v1`. */
  async ask(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Answer> {
    const response = await fetch(`${this.server.url}/v1${path}`, {
      method,
      headers: {
        cookie: this.cookie,
        'x-belfry-console': '1',
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: json && !/ndjson/.test(type) ? JSON.parse(text) : text };
  }

  /** Asks below the workspace, and nothing else than success will do. */
  async of(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.ask(method, `/workspaces/${this.ws}${path}`, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  /** Signs a browser in with a session of its own; gives the session's id. */
  async enter(context: BrowserContext, password = PASSWORD): Promise<string> {
    const other = await Operator.signIn(this.server, this.email, password);
    const [name = '', value = ''] = other.cookie.split('=');
    await context.addCookies([{ name, value, url: this.server.url, httpOnly: true, sameSite: 'Lax' }]);
    const sessions = await other.ask('GET', '/operator/sessions');
    return sessions.body.items.find((one: { current: boolean }) => one.current).id;
  }

  /** Makes people, up to 10,000 a call; their groups have to be there. */
  async people(people: readonly object[]): Promise<void> {
    for (let from = 0; from < people.length; from += 10_000) {
      const made = await this.of('POST', '/users/batch', people.slice(from, from + 10_000));
      const refused = made.items.find((one: { error?: unknown }) => one.error);
      if (refused) throw new Error(`a person was refused: ${JSON.stringify(refused)}`);
    }
  }

  async groups(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.of('POST', '/groups', { key, name: key });
  }

  /** A notification by program, to whom it says. */
  async notify(message: string, fields: object = {}): Promise<string> {
    const sent = await this.of('POST', '/notifications', {
      message,
      audience: { everyone: true },
      ...fields,
    });
    return sent.id;
  }

  /** A draft that is ready to be sent. */
  async draft(fields: object = {}): Promise<{ id: string; revision: number }> {
    return this.of('POST', '/drafts', {
      message: `A draft ${randomUUID()}`,
      audience: { everyone: true },
      ...fields,
    });
  }
}

/** So many people with names, numbered from 1: `person-00001`. */
export function crowd(count: number, groups: readonly string[] = []): object[] {
  const given = ['Noah', 'Greta', 'Jürgen', 'Amara', 'Kenji', 'Sofía', 'Łukasz', 'Zoë', 'Omar', 'Anaïs'];
  const family = ['Okafor', 'Lindqvist', 'Nakamura', 'Hübner', 'Sá', 'van der Meer', 'Kowalczyk'];
  return Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return {
      external_id: `person-${number}`,
      name: `${given[index % given.length]} ${family[index % family.length]}`,
      email: `person-${number}@people.example`,
      ...(groups.length > 0 && { groups: [groups[index % groups.length]] }),
    };
  });
}
