/**
 * A push service as far as the server sees one (RFC 8030): takes messages, or says that a subscription has ended. Owns
 * devices for people. Decrypts nothing: a real browser does that in `firefox-push.mjs`.
 */

import { createECDH, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Operator } from './operator.ts';

const AGENTS = {
  android:
    'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
} as const;

export class PushService {
  /** Paths of the messages that came in. */
  readonly posts: string[] = [];
  readonly #server = createServer((request, response) => {
    const path = request.url ?? '';
    this.posts.push(path);
    request.resume();
    request.on('end', () => response.writeHead(path.startsWith('/ended/') ? 410 : 201).end());
  });

  static async start(): Promise<PushService> {
    const service = new PushService();
    await new Promise<void>((done) => service.#server.listen(0, '127.0.0.1', done));
    return service;
  }

  /** Gives a person a device; an `ended` one is told so at its first message. Gives the path that its messages have. */
  async device(
    operator: Operator,
    person: string,
    kind: keyof typeof AGENTS,
    ended = false,
  ): Promise<string> {
    const { token } = await operator.of('POST', `/users/${person}/token`);
    const { port } = this.#server.address() as AddressInfo;
    const path = `/${ended ? 'ended' : 'push'}/${randomBytes(8).toString('hex')}`;
    const keys = createECDH('prime256v1');
    const response = await fetch(`${operator.server.url}/v1/me/devices`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        kind: 'web_push',
        subscription: {
          endpoint: `http://127.0.0.1:${port}${path}`,
          keys: {
            p256dh: keys.generateKeys().toString('base64url'),
            auth: randomBytes(16).toString('base64url'),
          },
        },
        user_agent: AGENTS[kind],
      }),
    });
    if (response.status !== 201) throw new Error(`a device is refused: ${await response.text()}`);
    return path;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
