/**
 * A push service for the example: RFC 8030 as far as a sender sees it. The address says how it answers, so that some
 * deliveries succeed, some fail and some devices are gone. Messages are thrown away.
 */

import { createECDH, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const ANSWERS = { ok: 201, gone: 410, refused: 403 };

/** Starts on this port of loopback, or on a free one. While `holding` is true, addresses of the kind `slow` get no answer. */
export async function startPushService(port = 0) {
  const service = { holding: false };
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const kind = request.url.split('/')[2];
      if (kind === 'slow' && service.holding) return;
      response.writeHead(ANSWERS[kind] ?? 201, { location: '/message/1', ttl: '60' }).end();
    });
  });
  await new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  service.port = server.address().port;
  service.close = () => {
    server.closeAllConnections();
    server.close();
  };
  let made = 0;
  /** A browser's subscription whose pushes are answered as `kind` says. */
  service.subscription = (kind) => {
    const keys = createECDH('prime256v1');
    keys.generateKeys();
    made += 1;
    return {
      endpoint: `http://127.0.0.1:${service.port}/push/${kind}/${made}`,
      keys: {
        p256dh: keys.getPublicKey().toString('base64url'),
        auth: randomBytes(16).toString('base64url'),
      },
    };
  };
  return service;
}
