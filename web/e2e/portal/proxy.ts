/**
 * What stands between a browser and the server, as a reverse proxy does. Owns making it seem that a newer build was
 * deployed, or that the server is away. Hands everything else on as it is, streams included.
 */

import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Between {
  /** Where requests go; set before the first one. */
  target = '';
  /** Changes the worker's bytes, as another build does. */
  build = 1;
  #away = false;
  readonly #open = new Set<ServerResponse>();
  readonly #server = createServer((incoming, response) => {
    if (this.#away) {
      incoming.socket.destroy();
      return;
    }
    const { hostname, port } = new URL(this.target);
    const { method, url, headers } = incoming;
    // A proxy that compresses by itself asks for plain bytes.
    const plain: typeof headers = { ...headers, 'accept-encoding': 'identity' };
    // The server would say that nothing has changed.
    if (this.build > 1) delete plain['if-none-match'];
    const outgoing = request({ hostname, port, method, path: url, headers: plain }, (answer) => {
      const worker = url === '/app/sw.js' && this.build > 1;
      const given = { ...answer.headers };
      if (worker) {
        delete given.etag;
        delete given['content-length'];
      }
      response.writeHead(answer.statusCode ?? 502, given);
      if (worker) response.write(`/* build ${this.build} */`);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    this.#open.add(response);
    response.on('close', () => {
      this.#open.delete(response);
      outgoing.destroy();
    });
    incoming.pipe(outgoing);
  });

  static async start(): Promise<Between> {
    const proxy = new Between();
    await new Promise<void>((done) => proxy.#server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers nobody, and lets go of who is there. */
  goAway(): void {
    this.#away = true;
    for (const response of this.#open) response.destroy();
  }

  comeBack(): void {
    this.#away = false;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
