/**
 * `make run DEMO=1`: serves a workspace full of examples. Owns the push service that the example's devices have, the first
 * filling, and the file with the password; it ends with the server.
 *
 * `node web/demo/run.mjs BELFRY DATA LISTEN`
 */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from './client.mjs';
import { attendeeLink, fill, OWNER } from './fill.mjs';
import { startPushService } from './push-service.mjs';

const [binary, data, listen] = process.argv.slice(2);
const url = `http://${listen}`;
const kept = join(data, 'demo.json');
/** The port is that of the devices' addresses, so it has to stay the same. */
const before = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : null;
const password = before?.password ?? randomBytes(9).toString('base64url');

const push = await startPushService(before?.port);
// What was on its way when the server ended goes on being on its way.
push.holding = before !== null;
const server = spawn(binary, ['serve', '--data', data, '--listen', listen], {
  env: { ...process.env, BELFRY_PUBLIC_URL: url, BELFRY_EGRESS_ALLOW_LOOPBACK: 'true' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
server.once('error', (error) => end(error));
server.once('exit', (code) => process.exit(code ?? 1));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill('SIGTERM'));

createInterface({ input: server.stdout }).on('line', (line) => {
  const link = /set up at \S*#(\S+)/.exec(line);
  if (line.startsWith('listening') && before) say().catch((error) => end(error));
  if (!link) return;
  console.log('filling the workspace with examples');
  fill({ url, token: link[1], password }, push)
    .then(() => {
      writeFileSync(kept, JSON.stringify({ password, port: push.port }), { mode: 0o600 });
      return say();
    })
    .catch((error) => end(error));
});

async function say() {
  const owner = new Client(url);
  const { organizations } = await owner.post('/v1/session', { email: OWNER, password });
  const link = await attendeeLink(owner, `/v1/workspaces/${organizations[0].workspaces[0].slug}`);
  console.log(`
Belfry is up at ${url} with a workspace full of examples.
Sign in as ${OWNER} with the password ${password} (kept in ${kept}).
See what an attendee gets, in another browser: ${link} (good once).
Its devices are not real: their push service is this command, on loopback. Ctrl+C ends it.`);
}

/** Half an example is none: the folder can be deleted and made anew. */
function end(error) {
  console.error(
    `${error.stack ?? error}\nThe examples could not be made; delete ${data} before the next try.`,
  );
  server.kill('SIGTERM');
  process.exitCode = 1;
}
