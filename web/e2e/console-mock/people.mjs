/** Made-up people with devices, groups and what they received. */

import { answer, problem } from '../console-mock.mjs';
import { ago } from './account.mjs';

const GIVEN = [
  'Ann',
  'Noah',
  'Greta',
  'Jürgen',
  'Amina',
  'Zoë',
  'Mateusz',
  'Thị Mai',
  'Óscar',
  'Ingrid',
  '慧',
];
const FAMILY = [
  'Keller',
  'Kipkemboi',
  'von der Heide',
  'Hübner',
  'Diallo',
  'Núñez',
  'Wójcik',
  'Nguyễn',
  '林',
];
const SPECIAL = [
  { name: 'نور الهاشمي', email: 'nour.alhashimi@example.org' },
  {
    name: 'Maximiliane-Theodora Schnellenberger-Wolkenstein zu Hohenfels',
    email: 'maximiliane-theodora.schnellenberger-wolkenstein@conference.example.com',
  },
];
const GROUPS = [
  ['attendees', 'Attendees', 1102],
  ['crew', 'Crew', 64],
  ['speakers', 'Speakers', 38],
  ['press', 'Press', 12],
  ['workshop-a', 'Workshop A: accessible registration desks in old buildings', 24],
  ['late', 'Late arrivals', 0],
];

const groups = GROUPS.map(([key, name, members], at) => ({
  id: `grp_${at}`,
  key,
  name,
  members,
  created_at: ago(60 * 24 * (40 - at)),
}));

const person = (at) => {
  const given = GIVEN[at % GIVEN.length];
  const family = FAMILY[(at * 7) % FAMILY.length];
  const special = SPECIAL[at - 4];
  const ascii = `${given}.${family}`
    .normalize('NFD')
    .replace(/[^a-zA-Z.]/g, '')
    .toLowerCase();
  return {
    id: `usr_${at}`,
    external_id: `CF26-${1001 + at}`,
    name: special?.name ?? `${given} ${family}`,
    email: special?.email ?? (at % 9 === 7 ? null : `${ascii}${at}@example.com`),
    locale: at % 3 === 0 ? 'de' : at % 5 === 0 ? null : 'en',
    time_zone: at % 4 === 0 ? 'Europe/Zurich' : null,
    kind: 'attendee',
    status: at % 17 === 3 ? 'cancelled' : at % 40 === 8 ? 'invited' : 'active',
    groups: at % 6 === 5 ? ['attendees', 'crew', 'speakers', 'press'] : at % 4 === 2 ? [] : ['attendees'],
    device_count: at % 3 === 1 ? 0 : at % 5 === 0 ? 2 : 1,
    created_at: ago(60 * 24 * 3 + at),
    updated_at: ago(60 * 20),
  };
};
const people = Array.from({ length: 1204 }, (_, at) => person(at));

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function fits(one, { q, group, status, device }) {
  const words = fold(`${one.name} ${one.email ?? ''} ${one.external_id}`).split(/[\s@]+/);
  return (
    (!q ||
      fold(q)
        .split(/\s+/)
        .every((part) => words.some((word) => word.startsWith(part)))) &&
    (!group || one.groups.includes(group)) &&
    (!status || one.status === status) &&
    (!device || one.device_count > 0 === (device === 'yes'))
  );
}

const device = (id, model, platform, browser, active, seen) => ({
  id,
  model,
  platform,
  browser,
  active,
  created_at: ago(60 * 24 * 12),
  seen_at: ago(seen),
  gone_at: active ? null : ago(seen - 60),
});
const devices = [
  device('dev_1', 'Phone', 'iOS', 'Safari', true, 22),
  device('dev_2', 'Computer', 'Windows', 'Firefox', true, 60 * 24 * 4),
  device('dev_3', 'Phone', 'Android', 'Chrome', false, 60 * 24 * 9),
];

const channel = (name, state, more = {}) => ({
  channel: name,
  state,
  reason: null,
  device: null,
  platform: null,
  browser: null,
  displayed_at: null,
  opened_at: null,
  ...more,
});
const phone = { device: 'Phone', platform: 'iOS', browser: 'Safari' };
const laptop = { device: 'Computer', platform: 'Windows', browser: 'Firefox' };
const received = [
  {
    notification: ['ntf_1', 'Room change: keynote moves to Hall B', 'operator', 'sending', 1],
    channels: [channel('inbox', 'success'), channel('web_push', 'sending', phone)],
  },
  {
    notification: ['ntf_3', 'Doors open at nine', 'operator', 'sent', 58],
    channels: [
      channel('inbox', 'success'),
      channel('web_push', 'success', { ...phone, displayed_at: ago(58), opened_at: ago(41) }),
      channel('web_push', 'success', { ...laptop, displayed_at: ago(57) }),
    ],
    read_at: ago(41),
  },
  {
    notification: [
      'ntf_4',
      'Lunch is served on the terrace, in the foyer and beside the registration desk',
      'api',
      'partly_failed',
      300,
    ],
    channels: [
      channel('inbox', 'success'),
      channel('web_push', 'failed', { ...laptop, reason: 'attempts_exhausted' }),
      channel('web_push', 'expired', { ...phone, reason: 'run_time_over' }),
    ],
  },
  {
    notification: ['ntf_5', 'Noah and others replied to your question', 'event', 'sent', 1200],
    count: 4,
    channels: [
      channel('inbox', 'success'),
      channel('live', 'success'),
      channel('web_push', 'suppressed', { reason: 'push_off' }),
    ],
    read_at: ago(1100),
  },
].map(({ notification: [id, title, origin, status, minutes], channels, read_at = null, count = 1 }) => ({
  notification: { id, title, origin, status, created_at: ago(minutes) },
  count,
  channels,
  read_at,
}));

const find = (state, id) => (state.empty ? undefined : people.find((one) => one.external_id === id));
const PERSON = '/v1/workspaces/{ws}/users/{external_id}';

function put({ state, params, body }) {
  if (body.email?.endsWith('@taken.example')) return problem(409, 'email_taken');
  if (body.name === 'Wrong') {
    return problem(422, 'validation_failed', {
      errors: [
        { pointer: '/name', code: 'value_invalid', detail: 'it has no visible character' },
        { pointer: '/email', code: 'email_invalid', detail: 'it is not an email address' },
      ],
    });
  }
  const known = find(state, params.external_id);
  if (known) return Object.assign(known, body, { status: 'active' });
  const made = { ...person(people.length), devices: 0, groups: [], ...body, external_id: params.external_id };
  people.unshift(made);
  state.empty = false;
  return answer(201, made);
}

export const peopleRoutes = {
  'GET /v1/workspaces/{ws}/users': ({ state, query }) => {
    const all = state.empty ? [] : people.filter((one) => fits(one, query));
    const from = Number(query.cursor ?? 0);
    const to = from + Number(query.limit ?? 50);
    return { items: all.slice(from, to), next: to < all.length ? String(to) : null };
  },
  [`GET ${PERSON}`]: ({ state, params }) => {
    const one = find(state, params.external_id);
    return one
      ? { ...one, devices: one.device_count ? devices.slice(0, one.device_count + 1) : [] }
      : problem(404, 'not_found');
  },
  [`PUT ${PERSON}`]: put,
  [`PATCH ${PERSON}`]: put,
  [`DELETE ${PERSON}`]: ({ params, query }) => {
    const at = people.findIndex((one) => one.external_id === params.external_id);
    if (query.erase === 'true') people.splice(at, 1);
    else people[at].status = 'cancelled';
  },
  [`POST ${PERSON}/token`]: () =>
    answer(201, {
      token: 'bfu_x',
      link: 'https://bells.example/l/bfl_8sQn2vYk4rXw0mTzL1pJc7dEhG5aBf9u',
      expires_at: ago(-60 * 24 * 30),
    }),
  [`GET ${PERSON}/notifications`]: ({ params }) => ({
    items: params.external_id === 'CF26-1002' ? [] : received,
    next: null,
  }),
  [`POST ${PERSON}/devices/{id}/test`]: ({ params }) =>
    params.id === 'dev_3' ? problem(409, 'device_gone') : answer(202, { id: 'ntf_9' }),
  [`DELETE ${PERSON}/devices/{id}`]: () => undefined,
  'GET /v1/workspaces/{ws}/groups': ({ state }) => ({ items: state.empty ? [] : groups, next: null }),
  'POST /v1/workspaces/{ws}/groups': ({ state, body }) => {
    if (groups.some((one) => one.key === body.key)) return problem(409, 'group_exists');
    const made = { id: `grp_${groups.length}`, members: 0, created_at: ago(0), ...body };
    groups.push(made);
    state.empty = false;
    return answer(201, made);
  },
  'GET /v1/workspaces/{ws}/groups/{key}': ({ params }) =>
    groups.find((one) => one.key === params.key) ?? problem(404, 'not_found'),
  'PATCH /v1/workspaces/{ws}/groups/{key}': ({ params, body }) =>
    Object.assign(groups.find((one) => one.key === params.key) ?? {}, body),
  'DELETE /v1/workspaces/{ws}/groups/{key}': ({ params }) => {
    groups.splice(
      groups.findIndex((one) => one.key === params.key),
      1,
    );
  },
};
