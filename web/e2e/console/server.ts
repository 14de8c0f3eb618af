/**
 * The real binary as a child: a fresh data folder, a free port, killed and cleaned up at the end. Owns starting, stopping
 * and starting again on the same port. What the server logged is shown when it does not start.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from '@playwright/test';

const WEB = fileURLToPath(new URL('../../', import.meta.url));
const BINARY = resolve(WEB, process.env.BELFRY_BIN ?? '../target/debug/belfry');
const START_MS = 60_000;

export class Server {
  #child: ChildProcess | undefined;
  #log = '';
  /** `http://127.0.0.1:PORT`, the same after a restart. */
  url = '';
  /** What the first start printed: `{url}/setup#{token}`. */
  setupLink = '';

  private constructor(
    readonly folder: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Server> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: cargo build, or set BELFRY_BIN`);
    const server = new Server(await mkdtemp(join(tmpdir(), 'belfry-e2e-')), settings);
    await server.begin();
    return server;
  }

  /** Starts it, again on the port that it had before. */
  async begin(): Promise<void> {
    const listen = this.url ? new URL(this.url).host : '127.0.0.1:0';
    // Whoever runs the tests may have settings of their own; they are not the server's.
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('BELFRY_'));
    const child = spawn(BINARY, ['serve', '--data', this.folder, '--listen', listen], {
      env: {
        ...Object.fromEntries(clean),
        BELFRY_EGRESS_ALLOW_LOOPBACK: 'true',
        // Everyone signs in from one address here.
        BELFRY_LIMITS_SIGN_IN_PER_MINUTE: '100000',
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr.on('data', (chunk) => {
      this.#log = (this.#log + chunk).slice(-20_000);
    });
    const fresh = this.url === '';
    await new Promise<void>((done, fail) => {
      const late = setTimeout(() => fail(new Error(`the server does not start\n${this.#log}`)), START_MS);
      child.once('exit', (code) => fail(new Error(`the server ended with ${code}\n${this.#log}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const [, address] = /^listening on (\S+)/.exec(line) ?? [];
        const [, link] = /^set up at (\S+)/.exec(line) ?? [];
        if (address) this.url = address.replace(/\/$/, '');
        if (link) this.setupLink = link;
        if (fresh ? link : address) {
          clearTimeout(late);
          done();
        }
      });
    });
  }

  /** Ends it at once, as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One server for the tests of a file. */
export function useServer(settings: Readonly<Record<string, string>> = {}): () => Server {
  let server: Server | undefined;
  test.beforeAll(async () => {
    server = await Server.start(settings);
  });
  test.afterAll(async () => {
    await server?.close();
  });
  return () => {
    if (!server) throw new Error('the server runs while tests do');
    return server;
  };
}

/** A file of the repository, by its path from the root. */
export const repositoryFile = (path: string): string => resolve(WEB, '..', path);
export const readRepositoryFile = (path: string): Promise<string> => readFile(repositoryFile(path), 'utf8');
