/** Made-up notifications with what became of them: one that runs, one with failures, drafts, one of each origin. */

import { answer, problem } from '../console-mock.mjs';
import { ago } from './account.mjs';
import { notifications as few } from './home.mjs';

const html =
  '<p>The keynote starts at <strong>10:00</strong> as planned, but in <strong>Hall B</strong> on the second floor.</p>' +
  '<ul><li>Lifts are beside the registration desk</li><li>Doors open at 9:40</li></ul>' +
  '<p><img src="https://images.example/hall-b.png" alt="Plan of Hall B"></p>' +
  '<p>Questions? <a href="https://summit.example/help">Ask the team</a>.</p>';

const FIRST = [
  'Amélie',
  'Ben',
  'Çağla',
  'Dmitri',
  'Eun-ji',
  'Fatima',
  'Grace',
  'Hiroshi',
  'Inés',
  'Jonas',
  'Keiko',
];
const LAST = [
  'Okafor',
  'Lindström',
  'García Márquez',
  'Wójcik',
  'Nguyễn',
  'von Hohenstein-Waldburg',
  'Ito',
  'Roy',
];
const DEVICES = [
  ['Pixel 8', 'Android', 'Chrome'],
  ['iPhone', 'iOS', 'Safari'],
  ['Computer', 'Windows', 'Edge'],
  ['Computer', 'Linux', 'Firefox'],
  ['', 'Android', 'Samsung Internet'],
];
const REASONS = ['gone', 'attempts_exhausted', 'rejected'];

/** The deliveries of a notification, in the order of people: an inbox each, a device for three of four. */
function deliveries(id) {
  const rows = [];
  for (let n = 0; n < 90; n += 1) {
    const name = `${FIRST[n % FIRST.length]} ${LAST[n % LAST.length]}`;
    const user = n === 7 ? null : { external_id: `P-${1000 + n}`, name };
    const seen = n % 3 === 0 ? ago(3 + (n % 40)) : null;
    rows.push({
      channel: 'inbox',
      state: 'success',
      reason: null,
      detail: null,
      user,
      device: null,
      device_id: null,
      platform: null,
      browser: null,
      attempts: 1,
      displayed_at: null,
      opened_at: seen,
    });
    if (n % 4 === 3) continue;
    const [device, platform, browser] = DEVICES[n % DEVICES.length];
    const failed = id === 'ntf_4' && n % 8 === 1;
    const waits = id === 'ntf_1' && n > 50;
    rows.push({
      channel: 'web_push',
      state: failed ? 'failed' : waits ? 'pending' : 'success',
      reason: failed ? REASONS[n % REASONS.length] : null,
      detail: failed ? '410 Gone' : null,
      user,
      device,
      device_id: `dev_${n}`,
      platform,
      browser,
      attempts: failed ? 3 : 1,
      displayed_at: failed || waits ? null : ago(2 + (n % 30)),
      opened_at: failed || waits ? null : seen,
    });
  }
  return rows;
}

const failures = [
  { reason: 'gone', detail: '410 Gone', count: 9 },
  { reason: 'gone', detail: '404 Not Found', count: 3 },
  { reason: 'attempts_exhausted', detail: '503 Service Unavailable, six times', count: 4 },
  { reason: 'run_time_over', detail: '', count: 1 },
];

function countsOf(one) {
  if (one.status === 'draft' || one.status === 'scheduled') return {};
  const inbox = { success: one.people };
  const devices = Math.round(one.people * 0.77);
  if (one.status === 'sending')
    return { inbox, web_push: { success: 412, sending: 38, pending: devices - 450 } };
  if (one.status === 'partly_failed')
    return { inbox, web_push: { success: devices - 17, failed: 16, expired: 1 } };
  if (one.status === 'cancelled') return { inbox, web_push: { success: 300, cancelled: devices - 300 } };
  return { inbox, web_push: { success: devices } };
}

function all(state) {
  if (state.empty) return [];
  const more = Array.from({ length: 64 }, (_, n) => ({
    ...few()[n % 3 === 0 ? 4 : 2],
    id: `ntf_${20 + n}`,
    title: ['Badge pick-up until noon', 'Session moved', 'Thanks for coming', 'Photo at five'][n % 4],
    origin: ['operator', 'api', 'event', 'test'][n % 4],
    created_by: n % 4 === 0 ? { name: 'Ann Keller' } : null,
    people: n % 4 === 3 ? 1 : 1203 - n,
    created_at: ago(60 * (31 + n * 5)),
    sent_at: ago(60 * (31 + n * 5)),
  }));
  const scheduled = {
    ...few()[2],
    id: 'ntf_9',
    status: 'scheduled',
    title: 'Closing words in the main hall',
    sent_at: ago(-0.1),
    created_at: ago(2),
  };
  return [...few().slice(0, 1), scheduled, ...few().slice(1), ...more]
    .filter((one) => !state.gone?.includes(one.id))
    .map((one) => {
      const status = state.cancelled?.includes(one.id)
        ? one.status === 'scheduled'
          ? 'draft'
          : 'cancelled'
        : one.status;
      const it = { ...one, status };
      const counts = countsOf(it);
      const sums = Object.entries(counts).map(([key, states]) => [
        key,
        Object.values(states).reduce((sum, n) => sum + n, 0),
      ]);
      const finished = ['sending', 'draft', 'scheduled'].includes(status) ? null : ago(5);
      return {
        ...it,
        counts,
        reasons: status === 'draft' ? {} : { no_device: 273, push_off: 4 },
        targets: { people: it.people, deliveries: Object.fromEntries(sums) },
        finished_at: finished && it.sent_at < finished ? finished : it.sent_at,
        ...(finished === null && { finished_at: null }),
        event_id: null,
        type: it.origin === 'event' ? 'ticket.sold' : null,
        message: 'The keynote starts at **10:00** as planned, but in **Hall B** on the second floor.',
        format: 'markdown',
        photo: null,
        destination: { url: 'https://summit.example/programme/keynote' },
        audience:
          it.origin === 'event' ? null : { any: [{ groups: ['speakers', 'crew'] }, { everyone: true }] },
        run_time: 86_400,
        run_until: ago(-60 * 20),
        urgency: 'high',
        collapse_key: 'keynote-room',
      };
    });
}

/** Rows after a cursor, which is a place in the list. */
function page(rows, query) {
  const from = Number(query.cursor ?? 0);
  const limit = Number(query.limit ?? 50);
  const next = from + limit < rows.length ? String(from + limit) : null;
  return { items: rows.slice(from, from + limit), next };
}

const found = (text, q) => !q || text.toLowerCase().includes(q.toLowerCase());

export const notificationRoutes = {
  'GET /v1/workspaces/{ws}/notifications': ({ state, query }) => {
    const rows = all(state).filter(
      (one) =>
        (!query.status || one.status === query.status) &&
        (!query.origin || one.origin === query.origin) &&
        found(`${one.title} ${one.sender} ${one.plain}`, query.q),
    );
    return page(rows, query);
  },
  'GET /v1/workspaces/{ws}/notifications/{id}': ({ state, params }) => {
    const one = all(state).find(({ id }) => id === params.id);
    if (!one) return problem(404, 'not_found');
    const web = one.counts.web_push ?? {};
    const running = one.status === 'sending';
    const of = Object.values(one.targets.deliveries).reduce((sum, n) => sum + n, 0);
    const done = of - (web.pending ?? 0) - (web.sending ?? 0);
    return {
      ...one,
      html,
      progress: running ? { done, of, rate_per_s: 34.2, left_s: Math.ceil((of - done) / 34.2) } : null,
      failures: one.status === 'partly_failed' ? failures : [],
    };
  },
  'GET /v1/workspaces/{ws}/notifications/{id}/deliveries': ({ state, params, query }) => {
    const rows = (state.empty ? [] : deliveries(params.id)).filter(
      (one) =>
        ['state', 'channel', 'platform', 'browser'].every((key) => !query[key] || one[key] === query[key]) &&
        found(`${one.user?.name} ${one.user?.external_id}`, query.q),
    );
    return page(rows, query);
  },
  'POST /v1/workspaces/{ws}/notifications/{id}/duplicate': () => answer(201, { id: 'ntf_2', revision: 1 }),
  'POST /v1/workspaces/{ws}/notifications/{id}/cancel': ({ state, params }) => {
    const one = all(state).find(({ id }) => id === params.id);
    if (!['scheduled', 'sending'].includes(one?.status)) return problem(409, 'not_cancellable');
    state.cancelled = [...(state.cancelled ?? []), params.id];
    return { id: params.id, status: one.status === 'scheduled' ? 'draft' : 'cancelled' };
  },
  'DELETE /v1/workspaces/{ws}/drafts/{id}': ({ state, params }) => {
    state.gone = [...(state.gone ?? []), params.id];
  },
};
