/**
 * A push service of our own for Firefox: the WebSocket protocol that the browser speaks on one side, RFC 8030 on the
 * other. Owns channels and connections in memory. It stores nothing and never looks into a message.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** Starts on a free port. `posts` counts what came in, `acks` what the browser confirmed. */
export async function startPushServer(port = 0) {
  const channels = new Map();
  const stats = { registrations: 0, unregistrations: 0, posts: [], acks: 0 };

  const http = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const id = request.url.split('/').pop();
    const channel = channels.get(id);
    stats.posts.push({
      channel: id,
      ttl: request.headers.ttl,
      encoding: request.headers['content-encoding'],
    });
    if (request.method !== 'POST') return response.writeHead(405).end();
    if (!channel) return response.writeHead(410).end();
    channel.send({
      messageType: 'notification',
      channelID: channel.id,
      version: randomUUID(),
      data: Buffer.concat(chunks).toString('base64url'),
      headers: { encoding: request.headers['content-encoding'] ?? 'aes128gcm' },
    });
    return response
      .writeHead(201, { location: `${address()}/message/${randomUUID()}`, ttl: request.headers.ttl ?? '0' })
      .end();
  });
  const address = () => `http://127.0.0.1:${http.address().port}`;

  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) => {
    const send = (message) => socket.send(JSON.stringify(message));
    socket.on('message', (text) => {
      const message = JSON.parse(String(text));
      if (message.messageType === 'hello') {
        send({
          messageType: 'hello',
          uaid: message.uaid || randomUUID().replaceAll('-', ''),
          status: 200,
          use_webpush: true,
        });
        // A browser that comes back keeps its channels: they speak through the new connection.
        for (const channel of channels.values()) if (channel.uaid === message.uaid) channel.send = send;
        socket.uaid = message.uaid;
      } else if (message.messageType === 'register') {
        const token = randomBytes(16).toString('base64url');
        channels.set(token, { id: message.channelID, uaid: socket.uaid, send });
        stats.registrations += 1;
        send({
          messageType: 'register',
          channelID: message.channelID,
          status: 200,
          pushEndpoint: `${address()}/push/${token}`,
        });
      } else if (message.messageType === 'unregister') {
        for (const [token, channel] of channels) if (channel.id === message.channelID) channels.delete(token);
        stats.unregistrations += 1;
        send({ messageType: 'unregister', channelID: message.channelID, status: 200 });
      } else if (message.messageType === 'ack') stats.acks += message.updates?.length ?? 1;
      else if (Object.keys(message).length === 0) socket.send('{}');
    });
  });

  await new Promise((done) => http.listen(port, '127.0.0.1', done));
  return {
    url: `ws://127.0.0.1:${http.address().port}/`,
    stats,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
}
