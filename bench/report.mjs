// Writes docs/performance.md to standard output from the JSON that `bench/run` left in a folder. It judges against the
// bars and shows what was missed as plainly as what was reached; it measures nothing.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const dir = process.argv[2];
const runs = {};
for (const file of readdirSync(dir).filter((name) => name.endsWith('.json')).sort()) {
    const line = readFileSync(`${dir}/${file}`, 'utf8').trim().split('\n').pop();
    // A run that ended without a result is shown as one.
    runs[file.slice(0, -'.json'.length)] = line ? JSON.parse(line) : null;
}

const MB = 1e6;
const plain = (value) => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
const show = (value, unit = '') => (value === undefined || value === null ? '–' : plain(value) + unit);
const text = (command, ...rest) => {
    try {
        return execFileSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
        return '';
    }
};
const table = (head, rows) =>
    [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

const members = (run) => show((runs[`${run}.sqlite`] ?? runs[`${run}.postgresql`])?.members);

// what · unit · is more better · run · figure · bar and aim, for PostgreSQL apart where they differ
const nchan = runs.nchan?.p99_ms;
const bars = [
    ['`webpush`: pushes per CPU-second', '', true, 'webpush', (r) => r.rate_per_cpu_s, 8_000, 13_000],
    ['`live`: memory per idle connection', ' B', false, 'live', (r) => r.rss_per_connection_bytes, 6_000, 1_500],
    ['`live`: p99 of a broadcast (bar: nchan in this run)', ' ms', false, 'live', (r) => r.p99_ms, nchan, nchan],
    [`\`broadcast\`: until every inbox of ${members('broadcast')} shows it`, ' ms', false, 'broadcast', (r) => r.visible_ms, 1_000, 100],
    ['`plan`: deliveries written per second', '', true, 'plan', (r) => r.rate_per_s, [150_000, 80_000], [400_000, 150_000]],
    ['`accept`: durable events per second', '', true, 'accept', (r) => r.rate_per_s, 15_000, 40_000],
    ['`accept`: p99', ' ms', false, 'accept', (r) => r.p99_ms, 20, 20],
    [`\`inbox\`: first page + unread count per second, ${members('inbox-few')} members`, '', true, 'inbox-few', (r) => r.rate_per_s, 8_000, 20_000],
    [`\`inbox\`: the same, ${members('inbox-many')} members`, '', true, 'inbox-many', (r) => r.rate_per_s, 8_000, 20_000],
    [`\`inbox\`: p99 of both requests, ${members('inbox-many')} members`, ' ms', false, 'inbox-many', (r) => r.p99_ms, 10, 10],
    ['`startup`: start to ready', ' ms', false, 'startup', (r) => r.ready_ms, 300, 100],
    ['`startup`: idle memory', ' MB', false, 'startup', (r) => r.rss_bytes / MB, 60, 30],
    ['`startup`: binary', ' MB', false, 'startup', (r) => r.binary_bytes / MB, 40, 40],
];

const missed = [];
function cell(name, unit, more, run, figure, bar, aim) {
    const value = run && figure(run);
    if (value === undefined || value === null) {
        missed.push(`${name} (no figure)`);
        return '**no figure**';
    }
    if (bar === undefined) {
        missed.push(`${name} (nothing to compare with)`);
        return `${show(value, unit)} **no bar**`;
    }
    const reaches = (limit) => (more ? value >= limit : value <= limit);
    const verdict = !reaches(bar) ? '**missed**' : aim !== bar && reaches(aim) ? 'aim reached' : 'reached';
    if (!reaches(bar)) missed.push(name);
    const wrong = run.errors ? `, **${run.errors} errors**` : '';
    return `${show(value, unit)} ${verdict}${wrong}`;
}

const barRows = bars
    .filter(([, , , run]) => Object.keys(runs).some((name) => name.startsWith(`${run}.`)))
    .map(([name, unit, more, run, figure, bar, aim]) => {
        const of = (limits, i) => (Array.isArray(limits) ? limits[i] : limits);
        const both = (limits) =>
            Array.isArray(limits) ? limits.map((limit) => show(limit, unit)).join(' / ') : show(limits, unit);
        const cells = ['sqlite', 'postgresql'].map((database, i) =>
            cell(`${name}, ${database}`, unit, more, runs[`${run}.${database}`], figure, of(bar, i), of(aim, i)),
        );
        return [name, ...cells, both(bar), both(aim)];
    });

const ratio = (ours, theirs) => (ours && theirs ? `${plain(ours / theirs)} ×` : '–');
const ourPush = runs['webpush.sqlite']?.rate_per_cpu_s;
const push = (run, name) => [name, show(runs[run]?.rate_per_cpu_s), ratio(ourPush, runs[run]?.rate_per_cpu_s), show(runs[run]?.rate_per_s)];
const live = (run, name) => {
    const [r, ours] = [runs[run], runs['live.sqlite']];
    return [
        name,
        show(r?.rss_per_connection_bytes, ' B'),
        ratio(r?.rss_per_connection_bytes, ours?.rss_per_connection_bytes),
        show(r?.p99_ms, ' ms'),
        ratio(r?.p99_ms, ours?.p99_ms),
    ];
};

const limit = runs['webpush.sqlite']?.encryptions_per_cpu_s;
const share = limit && ourPush ? `${Math.round((100 * ourPush) / limit)} %` : '–';

const flat = [
    ['inbox-few', 'few members'],
    ['inbox-many', 'many members'],
    ['inbox-old', 'many members, many more broadcasts'],
].flatMap(([run, name]) =>
    ['sqlite', 'postgresql']
        .map((database) => [runs[`${run}.${database}`], database])
        .filter(([r]) => r)
        .map(([r, database]) => [
            `${name} (${database})`, show(r.members), show(r.broadcasts), show(r.rate_per_s), show(r.p50_ms, ' ms'), show(r.p99_ms, ' ms'),
        ]),
);

const all = Object.entries(runs).map(([name, r]) =>
    r
        ? [name, show(r.count), show(r.errors), show(r.rate_per_s), show(r.rate_per_cpu_s), show(r.p50_ms), show(r.p99_ms),
            r.rss_bytes ? show(r.rss_bytes / MB) : '–']
        : [name, '**failed**', '–', '–', '–', '–', '–', '–'],
);

console.log(`# Performance

Written by \`make bench\` (\`bench/run\`); edit nothing here. Every figure comes from one run on one machine, whose load
generators, push services and databases share its processors with Belfry. Machines are noisy: compare the ratios.

- ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB
- ${new Date().toISOString().slice(0, 10)}, commit ${text('git', 'rev-parse', '--short', 'HEAD') || 'unknown'}${text('git', 'status', '--porcelain') ? ' with changes' : ''}
- ${text('psql', '--version') || 'no PostgreSQL'}, durability on; SQLite as it is built in, WAL and \`synchronous=FULL\`

## The bars

${table(['path', 'SQLite', 'PostgreSQL', 'must reach', 'aim'], barRows)}

${missed.length ? `**Missed:** ${missed.join('; ')}.` : 'Nothing was missed.'}

## Beside the peers

Pushes of the same payload to the same kind of TLS push service, per processor second of the sending process. Belfry's
figure holds planning, leases and settled rows; a peer's holds the sending alone, without its start.

${table(['sender', 'pushes per CPU-second', 'Belfry / it', 'pushes per second'], [
    push('webpush.sqlite', 'Belfry, SQLite'),
    push('webpush.postgresql', 'Belfry, PostgreSQL'),
    push('web-push', 'npm web-push'),
    push('pywebpush', 'pywebpush, as documented'),
    push('pywebpush-cached', 'pywebpush, VAPID signed once'),
])}

A push cannot be cheaper than its encryption with a new P-256 key (RFC 8291). This processor encrypts ${show(limit)} messages
per CPU-second and does nothing else in it; Belfry's whole pipeline reaches ${share} of that limit.

${show(runs.nchan?.connections ?? runs['live.sqlite']?.connections)} WebSocket connections, the same clients and a message of the same size. nginx's memory counts what its workers share once.

${table(['server', 'memory per connection', 'it / Belfry', 'p99 of a broadcast', 'it / Belfry'], [
    live('live.sqlite', 'Belfry, SQLite'),
    live('live.postgresql', 'Belfry, PostgreSQL'),
    live('nchan', 'nginx + nchan'),
])}

## Flat inboxes

One operation is the first page of 50 and the unread count, two requests.

${table(['', 'members', 'broadcasts', 'operations per second', 'p50', 'p99'], flat)}

## Every run

Times in milliseconds, memory in MB. \`CPU-second\` is of \`belfry serve\` alone, or of the peer.

${table(['run', 'count', 'errors', 'per second', 'per CPU-second', 'p50', 'p99', 'memory'], all)}

${readFileSync(new URL('notes.md', import.meta.url), 'utf8').trim()}

## How to repeat it

\`make bench\` runs all of it. One scenario alone, on SQLite or on an empty PostgreSQL database:

\`\`\`sh
cargo build --release --package belfry-server
target/release/belfry bench accept --seconds 10 --clients 64
target/release/belfry bench plan --devices 200000
target/release/belfry bench webpush --devices 100000 --database postgres://…
target/release/belfry bench live --connections 5000
target/release/belfry bench inbox --members 1000000 --broadcasts 100
target/release/belfry bench broadcast --members 1000000
target/release/belfry bench startup --json
\`\`\`

A run starts a fresh server and what it needs, checks every answer, compares what was acknowledged with what is stored
or arrived, and ends with an error if anything is missing, repeated or refused. \`accept\` counts a 202; afterwards the
inboxes must hold exactly as many items. \`plan\` runs without deliverers. \`webpush\` ends when every delivery is
settled. \`broadcast\` watches inboxes of the first to the last member. \`live\` wants every frame on every connection
once.`);
