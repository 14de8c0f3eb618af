/** Made-up operators, sessions and workspaces. */

import { answer, problem } from '../console-mock.mjs';

export const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

const ALL = [
  'notifications:read',
  'notifications:write',
  'events:write',
  'users:read',
  'users:write',
  'tokens:write',
  'settings:read',
  'settings:write',
  'keys:write',
  'operators:write',
];
const PERMISSIONS = {
  owner: ALL,
  manager: ALL,
  editor: ['notifications:read', 'notifications:write', 'events:write', 'users:read', 'settings:read'],
  viewer: ['notifications:read', 'users:read', 'settings:read'],
};

export function sessionOf(state) {
  const workspace = (id, slug, name, time_zone) => ({
    id,
    slug,
    name,
    icon: null,
    time_zone,
    role: state.role,
    permissions: PERMISSIONS[state.role],
  });
  return {
    operator: { id: 'opr_1', name: state.name ?? 'Ann Keller', email: 'ann@riverside.example' },
    expires_at: ago(-60 * 24 * 30),
    organizations: [
      {
        id: 'org_1',
        slug: 'riverside',
        name: 'Riverside Events',
        role: state.role === 'owner' ? 'owner' : 'collaborator',
        workspaces: [
          workspace('wsp_1', 'summit', 'Riverside Summit 2026', 'Europe/Zurich'),
          workspace('wsp_2', 'meetups', 'Community meet-ups', 'Europe/Berlin'),
        ],
      },
    ],
  };
}

const sessions = [
  { id: 'ses_1', current: true, browser: 'Firefox', platform: 'Linux', seen: 0, since: 60 * 30 },
  { id: 'ses_2', current: false, browser: 'Safari', platform: 'iOS', seen: 95, since: 60 * 24 * 6 },
  {
    id: 'ses_3',
    current: false,
    browser: 'Chrome',
    platform: 'Windows',
    seen: 60 * 24 * 3,
    since: 60 * 24 * 21,
  },
];

const signIn = ({ state, body }) => {
  if (body.password !== 'correct horse battery') return problem(401, 'credentials_wrong');
  state.signedIn = true;
  return answer(200, sessionOf(state));
};

export const accountRoutes = {
  'GET /v1/setup': ({ state }) => ({ needed: !state.setUp }),
  'POST /v1/setup': ({ state, body }) => {
    if (body.email.endsWith('@invalid')) {
      return problem(422, 'validation_failed', {
        errors: [
          { pointer: '/email', code: 'invalid_email', detail: 'not an address' },
          { pointer: '/organization', code: 'too_long', detail: 'at most 100 characters' },
        ],
      });
    }
    Object.assign(state, { setUp: true, signedIn: true, empty: true });
    return answer(201, sessionOf(state));
  },
  'GET /v1/session': ({ state }) => (state.signedIn ? sessionOf(state) : problem(401, 'unauthenticated')),
  'POST /v1/session': signIn,
  'DELETE /v1/session': ({ state }) => {
    state.signedIn = false;
  },
  'POST /v1/password-reset': ({ body }) => (body.token === 'old' ? problem(401, 'token_invalid') : undefined),
  'PATCH /v1/operator': ({ state, body }) => {
    state.name = body.name;
    return sessionOf(state).operator;
  },
  'POST /v1/operator/password': ({ body }) =>
    body.current === 'wrong'
      ? problem(422, 'validation_failed', {
          errors: [
            { pointer: '/current', code: 'password_wrong', detail: 'this is not the current password' },
          ],
        })
      : undefined,
  'GET /v1/operator/sessions': ({ state }) => ({
    items: sessions
      .filter(({ id }) => !state.ended?.includes(id))
      .map(({ seen, since, ...one }) => ({
        ...one,
        user_agent: `Mozilla/5.0 (${one.platform}) ${one.browser}`,
        seen_at: ago(seen),
        created_at: ago(since),
      })),
    next: null,
  }),
  'DELETE /v1/operator/sessions': ({ state }) => {
    state.ended = ['ses_2', 'ses_3'];
  },
  'DELETE /v1/operator/sessions/{session}': ({ state, params }) => {
    state.ended = [...(state.ended ?? []), params.session];
  },
};
