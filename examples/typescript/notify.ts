/**
 * People in, an event raised, a notification sent, and its status asked for until it has settled.
 *
 *   BELFRY_URL=https://bells.example BELFRY_WORKSPACE=my-workspace BELFRY_API_KEY=bfk_… node notify.ts
 *
 * Needs nothing but a runtime with fetch: Node from 22.18 on runs it as it is, older ones after `tsc`. The key needs the
 * scopes users:write, events:write, notifications:write and notifications:read.
 */

const { BELFRY_URL, BELFRY_WORKSPACE, BELFRY_API_KEY } = process.env;
const base = `${BELFRY_URL}/v1/workspaces/${BELFRY_WORKSPACE}`;

/** One call. It is repeated when no answer came: the idempotency key makes the repetition harmless. */
async function belfry<T>(method: string, path: string, body?: unknown): Promise<T> {
  const request: RequestInit = {
    method,
    headers: {
      authorization: `Bearer ${BELFRY_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  for (let attempt = 1; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(base + path, { ...request, signal: AbortSignal.timeout(10_000) });
    } catch (unreachable) {
      if (attempt === 3) throw unreachable;
      await wait(attempt);
      continue;
    }
    // A refusal's body says what is wrong, with a code and a pointer to the field.
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

const wait = (seconds: number): Promise<void> => new Promise((done) => setTimeout(done, seconds * 1000));

// 1. People, by your own ids. Who is there already is changed to what it says here. Each is answered by itself.
const people = await belfry<{ items: { error?: unknown }[] }>('POST', '/users/batch', [
  { external_id: 'ann', name: 'Ann Keller', email: 'ann@example.com' },
  { external_id: 'ben', name: 'Ben Okafor', email: 'ben@example.com' },
]);
const refused = people.items.find((person) => person.error);
if (refused) throw new Error(`refused: ${JSON.stringify(refused)}`);
console.log('people are in');

// 2. Something happened in your product. The answer comes when the event is durable.
const event = await belfry<{ id: string }>('POST', '/events', {
  type: 'ticket.message',
  recipients: ['ann'],
  title: 'New message',
  message: 'Your part has **arrived**.',
  subject: { kind: 'ticket', id: 'T-1042', title: 'Broken badge printer' },
});
console.log('raised', event.id);

// 3. A notification to everyone. That has to be said: an audience is never everyone by mistake.
const notification = await belfry<{ id: string }>('POST', '/notifications', {
  title: 'Doors open',
  message: 'Gates **A** and **B** are open.',
  audience: { everyone: true },
});
console.log('sent', notification.id);

// 4. Its status, until nothing is under way any more.
const settled = new Set(['sent', 'partly_failed', 'failed', 'cancelled', 'expired', 'missed']);
for (;;) {
  const { status } = await belfry<{ status: string }>('GET', `/notifications/${notification.id}`);
  console.log('status', status);
  if (settled.has(status)) break;
  await wait(1);
}

export {};
