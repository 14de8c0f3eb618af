// Pushes COUNT messages of PAYLOAD_BYTES to the push service at SINK_URL with npm web-push, over kept connections, and
// prints one JSON line: seconds and processor seconds of the pushing alone, and errors.
import { createECDH, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';

import webpush from 'web-push';

const { SINK_URL, SINK_CA, COUNT, PAYLOAD_BYTES } = process.env;
const count = Number(COUNT);
const payload = 'x'.repeat(Number(PAYLOAD_BYTES));
const CONCURRENCY = 64;

const receivers = Array.from({ length: 64 }, () => {
    const ecdh = createECDH('prime256v1');
    return { p256dh: ecdh.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') };
});
const options = {
    vapidDetails: { subject: 'mailto:bench@example.com', ...webpush.generateVAPIDKeys() },
    TTL: 3600,
    urgency: 'normal',
    topic: 'bench',
    agent: new Agent({ keepAlive: true, maxSockets: CONCURRENCY, ca: readFileSync(SINK_CA) }),
};

let next = 0;
let errors = 0;
async function client() {
    while (next < count) {
        const i = next++;
        const subscription = { endpoint: `${SINK_URL}/p/n${i}`, keys: receivers[i % receivers.length] };
        try {
            await webpush.sendNotification(subscription, payload, options);
        } catch (error) {
            if (errors++ === 0) console.error(error);
        }
    }
}

const cpu = process.cpuUsage();
const begun = process.hrtime.bigint();
await Promise.all(Array.from({ length: CONCURRENCY }, client));
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ seconds, cpu_s: (user + system) / 1e6, errors }));
process.exit(0);
