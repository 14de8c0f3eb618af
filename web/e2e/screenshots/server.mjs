/**
 * Starts the real binary on a free port with a data folder of its own. Owns the process and the folder; both are gone
 * after `close`.
 */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const binary = process.env.BELFRY ?? fileURLToPath(new URL('../../../target/debug/belfry', import.meta.url));

async function freePort() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** Serves; `token` is the one of the printed set-up link. */
export async function startBelfry() {
  const data = await mkdtemp(join(tmpdir(), 'belfry-screenshots-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const url = `http://${listen}`;
  const child = spawn(binary, ['serve', '--data', data], {
    env: {
      ...process.env,
      BELFRY_LISTEN: listen,
      BELFRY_PUBLIC_URL: url,
      BELFRY_EGRESS_ALLOW_LOOPBACK: 'true',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const token = await new Promise((done, fail) => {
    child.once('error', fail);
    child.once('exit', () => fail(new Error(`${binary} ended before it printed a set-up link`)));
    createInterface(child.stdout).on('line', (line) => {
      const link = /set up at \S*#(\S+)/.exec(line);
      if (link) done(link[1]);
    });
  });
  return {
    url,
    token,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}
