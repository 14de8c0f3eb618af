/**
 * Somebody else's product, as far as a browser sees one: pages on an origin of their own, under a policy as strict as
 * they come. Owns the pages, the policy and the backend's one route, which asks Belfry for a token with its key.
 */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HostPage {
  type: string;
  body: string | Uint8Array;
  /** What the page's own framework needs beside `trusted-types 'none'`. */
  trustedTypes?: string;
}

/** What answers instead of a page; gives whether it did. */
export type Route = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export class Host {
  readonly #server;
  readonly #pages = new Map<string, HostPage>();
  readonly routes: Route[] = [];
  url = '';

  private constructor(private readonly belfry: string) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** `belfry` is the one origin beside its own that its pages may load from and ask. */
  static async start(belfry: string): Promise<Host> {
    const host = new Host(belfry);
    await new Promise<void>((done) => host.#server.listen(0, '127.0.0.1', done));
    // Another name for the same machine is another origin and another site.
    host.url = `http://localhost:${(host.#server.address() as AddressInfo).port}`;
    return host;
  }

  page(path: string, body: string, more: Partial<HostPage> = {}): string {
    this.#pages.set(path, { type: 'text/html; charset=utf-8', body, ...more });
    return this.url + path;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const route of this.routes) if (await route(request, response)) return;
    const page = this.#pages.get((request.url ?? '').split('?')[0] ?? '');
    if (!page) {
      response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': page.type,
      'cache-control': 'no-store',
      ...(page.type.startsWith('text/html') && { 'content-security-policy': this.#policy(page) }),
    });
    response.end(page.body);
  }

  /** No inline styles, no inline script but those that the page was sent with, no string that becomes script. */
  #policy({ body, trustedTypes = "'none'" }: HostPage): string {
    const inline = [...String(body).matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
    const hashes = inline.map(
      ([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`,
    );
    return [
      "default-src 'none'",
      `script-src 'self' ${this.belfry} ${hashes.join(' ')}`,
      "style-src 'self'",
      `connect-src 'self' ${this.belfry}`,
      `img-src 'self' ${this.belfry}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      `trusted-types ${trustedTypes}`,
    ].join('; ');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
