/**
 * Made-up drafts, previews, reach, photos. `{"nobody":true}`, `{"quotaUsed":true}`, `{"noDevice":true}`,
 * `{"conflict":true}` (somebody else changed the draft before the next save) and `{"sentElsewhere":true}` steer it.
 */

import { answer, problem } from '../console-mock.mjs';
import { ago } from './account.mjs';
import { notificationRoutes } from './notifications.mjs';

const shuttle = {
  id: 'ntf_2',
  status: 'draft',
  revision: 4,
  title: 'Shuttle times for Sunday',
  message:
    '## Getting home on Sunday\n\nThe shuttle leaves **every 20 minutes** from the *main entrance*:\n\n- 16:00 to 20:00 to the station\n- 17:00 and 19:00 to the airport\n\nBring your badge. [All times](https://summit.example/shuttle) 🚌',
  format: 'markdown',
  sender: 'Summit team',
  photo: null,
  destination: null,
  run_time: 86_400,
  audience: { everyone: true },
  created_at: ago(30),
  updated_at: ago(14),
  updated_by: { name: 'Ann Keller' },
};
const BLANK = {
  status: 'draft',
  revision: 1,
  title: null,
  message: '',
  format: 'markdown',
  sender: null,
  photo: null,
  destination: null,
  run_time: 86_400,
  audience: null,
};

function drafts(state) {
  state.drafts ??= new Map([['ntf_2', structuredClone(shuttle)]]);
  return state.drafts;
}

function held(state, id) {
  const draft = drafts(state).get(id);
  if (!draft) return problem(404, 'not_found');
  if (draft.status !== 'draft' || state.sentElsewhere) return problem(409, 'not_a_draft');
  return draft;
}

function create({ state, body }) {
  const id = `ntf_d${drafts(state).size}`;
  const draft = {
    ...BLANK,
    id,
    created_at: ago(0),
    updated_at: ago(0),
    updated_by: { name: 'Ann Keller' },
    ...body,
  };
  drafts(state).set(id, draft);
  return answer(201, draft);
}

function change({ state, params, body }) {
  const draft = held(state, params.id);
  if (draft.answer) return draft;
  if (state.conflict) {
    state.conflict = false;
    Object.assign(draft, {
      revision: draft.revision + 1,
      title: 'Shuttle times for Sunday evening',
      message: draft.message.replace('every 20 minutes', 'every half hour'),
      updated_at: ago(0),
      updated_by: { name: 'Milan Novák' },
    });
  }
  const { revision, ...fields } = body;
  if (revision !== draft.revision) return problem(409, 'revision_conflict', { current: draft });
  Object.assign(draft, fields, {
    revision: revision + 1,
    updated_at: ago(0),
    updated_by: { name: 'Ann Keller' },
  });
  return draft;
}

function send({ state, params, body }) {
  const draft = held(state, params.id);
  if (draft.answer) return draft;
  if (state.quotaUsed) return problem(409, 'quota_exceeded', { limit: 100, used: 100 });
  if (body.revision !== draft.revision) return problem(409, 'revision_conflict', { current: draft });
  draft.status = 'scheduled';
  return answer(202, { id: draft.id, status: 'scheduled', sends_at: ago(-(body.undo ?? 10) / 60) });
}

const plainOf = (text = '') =>
  text
    .replace(/<[^>]+>/g, '')
    .replace(/^#+ /gm, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`]/g, '')
    .trim();

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The page behind `/preview/…`, by its token. */
const pages = new Map();
export const previewPage = (token) => pages.get(token);

function preview({ state, body, session }) {
  const workspace = session.organizations[0].workspaces[0].name;
  const sender = body.sender ?? workspace;
  const title = body.title ?? sender;
  const plain = plainOf(body.message);
  const token = `t${pages.size}`;
  const photo = body.photo ? `/photos/${body.photo}` : null;
  pages.set(
    token,
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(title)}</title>` +
      `<style>body{margin:0;font:16px/1.5 system-ui,sans-serif;color:CanvasText;background:Canvas}main{padding:1.5rem}h1{font-size:1.375rem}</style>` +
      `<main><header>${escaped(sender)}</header><h1>${escaped(title)}</h1><article>${escaped(plain).replaceAll('\n', '<br>')}</article></main></html>`,
  );
  return {
    title,
    plain,
    push: {
      title,
      body: plain.length > 240 ? `${plain.slice(0, 236)} …` : plain,
      icon: photo ?? '/assets/icons/favicon.svg',
    },
    item: {
      id: 'itm_preview',
      notification_id: 'ntf_preview',
      workspace: 'wsp_1',
      title,
      message: plain,
      html: '',
      sender,
      photo,
      icon: '/assets/icons/favicon.svg',
      count: 1,
      created_at: ago(0),
      read_at: null,
      asked: state.asked,
    },
    html: `<p>${escaped(plain)}</p>`,
    document_url: `/preview/${token}`,
  };
}

const everyone = ['Maya Chen', 'Jonas Weber', 'Priya Raman', 'Tomás Oliveira', 'Aiko Tanaka'];

function reach({ state, body: { audience } }) {
  let count = 1204;
  if (audience.users) count = audience.users.length;
  if (audience.groups) count = 86 * audience.groups.length;
  if (state.nobody) count = 0;
  const people = Math.round(count * 0.773);
  return {
    count,
    sample: everyone.slice(0, count).map((name, at) => ({ external_id: `CF26-${1000 + at}`, name })),
    channels: { inbox: { people: count }, web_push: { people, devices: Math.round(people * 1.12) } },
    reasons: count - people > 0 ? { no_device: count - people } : {},
  };
}

const DRAFT = '/v1/workspaces/{ws}/drafts/{id}';
const NOTIFICATION = '/v1/workspaces/{ws}/notifications/{id}';

/** Together with the routes of notifications, before which these stand. */
export const composeRoutes = {
  'POST /v1/workspaces/{ws}/drafts': create,
  [`GET ${DRAFT}`]: ({ state, params }) => held(state, params.id),
  [`PATCH ${DRAFT}`]: change,
  [`DELETE ${DRAFT}`]: (call) => {
    drafts(call.state).delete(call.params.id);
    return notificationRoutes[`DELETE ${DRAFT}`](call);
  },
  [`POST ${DRAFT}/send`]: send,
  [`POST ${DRAFT}/test`]: ({ state, params }) => {
    const draft = held(state, params.id);
    if (draft.answer) return draft;
    return state.noDevice ? problem(409, 'no_device') : answer(202, { id: 'ntf_9', devices: 2 });
  },
  [`POST ${NOTIFICATION}/cancel`]: (call) => {
    const draft = drafts(call.state).get(call.params.id);
    if (draft?.status !== 'scheduled') return notificationRoutes[`POST ${NOTIFICATION}/cancel`](call);
    draft.status = 'draft';
    return { id: draft.id, status: 'draft' };
  },
  [`GET ${NOTIFICATION}`]: (call) => {
    const draft = drafts(call.state).get(call.params.id);
    if (draft?.status !== 'scheduled') return notificationRoutes[`GET ${NOTIFICATION}`](call);
    const like = notificationRoutes[`GET ${NOTIFICATION}`]({
      ...call,
      params: { ...call.params, id: 'ntf_3' },
    });
    return { ...like, ...draft, plain: plainOf(draft.message) };
  },
  'POST /v1/workspaces/{ws}/notifications/preview': preview,
  'POST /v1/workspaces/{ws}/notifications/reach': reach,
  'GET /v1/workspaces/{ws}/quota': ({ state }) =>
    state.quotaUsed ? { limit: 100, used: 100, left: 0 } : { limit: 100, used: 23, left: 77 },
};
