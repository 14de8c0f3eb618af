/** Made-up settings: workspace, API keys, signing keys, push, staff, and the operator's own devices. */

import { answer, problem } from '../console-mock.mjs';
import { ago } from './account.mjs';

const workspace = (state) => ({
  id: 'wsp_1',
  slug: 'summit',
  name: 'Riverside Summit 2026',
  time_zone: 'Europe/Zurich',
  default_locale: 'en',
  languages: ['de', 'fr'],
  icon: null,
  quota: 100,
  push_on: true,
  origins: state.empty
    ? []
    : ['https://summit.example', 'https://tickets.summit.example', 'http://localhost:3000'],
  members: 1204,
  devices: 1377,
  created_at: ago(60 * 24 * 90),
  ...state.workspace,
});

const keys = [
  {
    id: 'key_1',
    name: 'Ticket system',
    hint: 'bfk_Zm9vYmFy',
    workspace: null,
    scopes: ['events:write', 'users:read', 'users:write'],
    created_at: ago(60 * 24 * 80),
    expires_at: ago(-60 * 24 * 100),
    revoked_at: null,
    last_used_at: ago(4),
  },
  {
    id: 'key_2',
    name: 'Door scanners at the north and south entrances of the congress centre',
    hint: 'bfk_a9Kd03Lm',
    workspace: 'wsp_1',
    scopes: ['notifications:read', 'notifications:write'],
    created_at: ago(60 * 24 * 12),
    expires_at: ago(-60 * 24 * 3),
    revoked_at: null,
    last_used_at: null,
  },
  {
    id: 'key_3',
    name: 'Trial',
    hint: 'bfk_Qx77aTTe',
    workspace: 'wsp_1',
    scopes: ['notifications:write'],
    created_at: ago(60 * 24 * 60),
    expires_at: ago(-60 * 24 * 40),
    revoked_at: ago(60 * 24 * 20),
    last_used_at: ago(60 * 24 * 21),
  },
];
const signing = [
  {
    id: 'sgk_0198c5a8b1f07d2fa6a1c3e5f7092b4d',
    name: 'Shop',
    algorithm: 'HS256',
    created_at: ago(60 * 24 * 40),
    revoked_at: null,
  },
];
const staff = [
  {
    id: 'opr_1',
    name: 'Ann Keller',
    email: 'ann@riverside.example',
    role: 'owner',
    scope: 'organization',
    pending: false,
    created_at: ago(60 * 24 * 90),
  },
  {
    id: 'opr_2',
    name: 'Bea Roy',
    email: 'bea@riverside.example',
    role: 'manager',
    scope: 'workspace',
    pending: false,
    created_at: ago(60 * 24 * 50),
  },
  {
    id: 'opr_3',
    name: 'Maximiliane von Hohenstein-Waldburg',
    email: 'maximiliane.von.hohenstein-waldburg@riverside.example',
    role: 'viewer',
    scope: 'workspace',
    pending: true,
    created_at: ago(60 * 3),
  },
];
const support = [
  ['Chrome', 'Windows', '50', 'running'],
  ['Chrome', 'macOS', '50', 'running'],
  ['Chrome', 'Linux', '50', 'running'],
  ['Chrome', 'Android', '50', null],
  ['Chrome', 'iOS', '16.4', 'home_screen'],
  ['Edge', 'Windows', '17', 'running'],
  ['Edge', 'macOS', '79', 'running'],
  ['Firefox', 'Windows', '44', 'running'],
  ['Firefox', 'macOS', '44', 'running'],
  ['Firefox', 'Linux', '44', 'running'],
  ['Firefox', 'Android', '48', null],
  ['Safari', 'macOS', '16.1', null],
  ['Safari', 'iOS', '16.4', 'home_screen'],
  ['Opera', 'Windows', '42', 'running'],
  ['Samsung Internet', 'Android', '4', null],
].map(([browser, platform, since, needs]) => ({ browser, platform, since, needs }));

const list = (items) => ({ items, next: null });
const kept = (state, rows) => (state.empty ? [] : rows).filter(({ id }) => !state.gone?.includes(id));
const gone = ({ state, params }) => {
  state.gone = [...(state.gone ?? []), params.key ?? params.operator];
};

export const settingsRoutes = {
  'GET /v1/workspaces/{ws}': ({ state }) => workspace(state),
  'PATCH /v1/workspaces/{ws}': ({ state, body }) => {
    const wrong = (body.origins ?? []).findIndex((one) => !/^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(one));
    if (wrong >= 0) {
      const errors = [
        { pointer: `/origins/${wrong}`, code: 'origin_invalid', detail: 'https://host[:port]' },
      ];
      return problem(422, 'validation_failed', { errors });
    }
    state.workspace = { ...state.workspace, ...body };
    return workspace(state);
  },
  'GET /v1/workspaces/{ws}/quota': () => ({ limit: 100, used: 23, left: 77 }),
  'POST /v1/workspaces/{ws}/photos': () => answer(201, { id: 'pho_1', url: '/photos/pho_1' }),
  'GET /v1/organizations/{org}/api-keys': ({ state }) => list(kept(state, [...keys, ...(state.keys ?? [])])),
  'POST /v1/organizations/{org}/api-keys': ({ state, body }) => {
    const made = {
      id: `key_${Date.now()}`,
      name: body.name,
      scopes: body.scopes,
      hint: 'bfk_nEwKeY00',
      workspace: body.workspace ?? null,
      created_at: ago(0),
      expires_at: ago(-60 * 24 * body.expires_in_days),
      revoked_at: null,
      last_used_at: null,
    };
    state.keys = [...(state.keys ?? []), made];
    return answer(201, { ...made, secret: 'bfk_nEwKeY00d8Qw2Vt5Yb7Lk1Pz9Rx3Mc6Hs4Jg0Fa' });
  },
  'DELETE /v1/organizations/{org}/api-keys/{key}': gone,
  'GET /v1/workspaces/{ws}/signing-keys': ({ state }) =>
    list(kept(state, [...signing, ...(state.signing ?? [])])),
  'POST /v1/workspaces/{ws}/signing-keys': ({ state, body }) => {
    const made = {
      id: `sgk_${Date.now()}`,
      name: body.name,
      algorithm: body.algorithm,
      created_at: ago(0),
      revoked_at: null,
    };
    state.signing = [...(state.signing ?? []), made];
    return answer(201, {
      ...made,
      ...(body.algorithm === 'HS256' && { secret: 'hs0OVTx1l3mYwq5r7Zs9Kd2Bn4Vc6Xa8' }),
    });
  },
  'DELETE /v1/workspaces/{ws}/signing-keys/{key}': gone,
  'GET /v1/workspaces/{ws}/push': ({ state }) => ({
    public_key: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
    created_at: ago(60 * 24 * 90),
    subscriptions: state.empty
      ? {}
      : { Chrome: 702, Safari: 318, Firefox: 211, Edge: 98, 'Samsung Internet': 48 },
    support,
  }),
  'GET /v1/workspaces/{ws}/operators': ({ state }) =>
    list(
      kept({ ...state, empty: false }, [
        ...(state.empty ? staff.slice(0, 1) : staff),
        ...(state.staff ?? []),
      ]),
    ),
  'PUT /v1/workspaces/{ws}/operators': ({ state, body }) => {
    const known = staff.find(({ email }) => email === body.email);
    const operator = known
      ? Object.assign(known, { role: body.role })
      : { id: `opr_${Date.now()}`, ...body, scope: 'workspace', pending: true, created_at: ago(0) };
    if (!known) state.staff = [...(state.staff ?? []), operator];
    return {
      operator,
      link: known ? null : 'https://bells.riverside.example/reset#bl_7hQ2mXk9Lr4Tz8Vn3Wp6Yc1Sd5Fg0Jb',
    };
  },
  'DELETE /v1/workspaces/{ws}/operators/{operator}': gone,
  'GET /v1/workspaces/{ws}/myself': ({ state }) => ({
    user:
      state.empty && !state.joined
        ? null
        : { external_id: 'opr_1', name: 'Ann Keller', email: 'ann@riverside.example' },
    devices: state.empty ? 0 : (state.devices ?? 1),
  }),
  'POST /v1/workspaces/{ws}/myself': ({ state }) => {
    state.joined = true;
    return { user: { external_id: 'opr_1', name: 'Ann Keller', email: 'ann@riverside.example' }, devices: 0 };
  },
  'POST /v1/workspaces/{ws}/myself/token': () =>
    answer(201, {
      token: 'bfu_x',
      link: 'https://bells.riverside.example/l/bfl_8sQn2vYk4rXw0mTzL1pJc7dEhG5aBf9u',
      expires_at: ago(-60 * 24 * 30),
    }),
};
