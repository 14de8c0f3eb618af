/** Made-up imports, one for every state. One that is started goes on by the clock. */

import { answer, problem } from '../console-mock.mjs';
import { ago } from './account.mjs';

const ROWS = 1204;
const ROWS_PER_S = 300;

const columns = [
  ['Ticket-Nr.', 'external_id', ['CF26-1001', 'CF26-1002', 'CF26-1003']],
  ['Vorname', 'given_name', ['Noah', 'Greta', 'Jürgen']],
  ['Nachname', 'family_name', ['Kipkemboi', 'von der Heide', 'Hübner']],
  [
    'E-Mail',
    'email',
    ['noah.kipkemboi@example.net', 'greta.vonderheide@example.com', 'juergen.huebner@example.com'],
  ],
  ['Sprache', 'locale', ['en', 'de', 'de']],
  ['Gruppe', 'groups', ['Teilnehmer', 'Orga-Team, Helfer', 'Teilnehmer']],
  ['Company', null, ['Sternwarte e.V.', 'Hafenkante Events', '']],
  ['Bemerkung', null, ['Rollstuhlplatz', '', 'Rechnung an: Hafenkante Events, Kehrwieder 2, 20457 Hamburg']],
].map(([heading, guess, samples], index) => ({ index, heading, guess, samples }));

const errors = [
  { row: 7, code: 'invalid', detail: '“anna@” is not an email address', field: 'email' },
  { row: 19, code: 'same_email', detail: 'same email as row 4', field: 'email' },
  { row: 23, code: 'duplicate', detail: 'duplicate of row 22', field: null },
  { row: 108, code: 'invalid', detail: '“Klingonisch” is not a language that we know', field: 'locale' },
  { row: 311, code: 'email_taken', detail: 'the email belongs to “CF25-0077” already', field: 'email' },
];

const make = (id, status, more = {}) => ({
  id: `imp_${id}`,
  filename: 'attendees.csv',
  bytes: 96_412,
  encoding: 'windows-1252',
  separator: ';',
  rows: ROWS,
  columns,
  mapping: Object.fromEntries(columns.filter((one) => one.guess).map((one) => [one.guess, one.index])),
  status,
  create_groups: true,
  progress: { done: 0, of: ROWS },
  result: null,
  sample_errors: [],
  error: null,
  created_at: ago(4),
  ...more,
});
const result = { added: 1131, changed: 44, unchanged: 24, rejected: 5 };
const all = { done: ROWS, of: ROWS };
const half = { result: { added: 790, changed: 12, unchanged: 5, rejected: 5 }, sample_errors: errors };

const known = () =>
  new Map(
    [
      make('mapped', 'mapped'),
      make('unmapped', 'mapped', { mapping: { given_name: 1, family_name: 2 } }),
      make('checking', 'checking', { progress: { done: 812, of: ROWS }, ...half }),
      make('checked', 'checked', { progress: all, result, sample_errors: errors }),
      make('clean', 'checked', {
        progress: all,
        result: { added: 0, changed: 0, unchanged: ROWS, rejected: 0 },
      }),
      make('running', 'running', { progress: { done: 812, of: ROWS }, ...half }),
      make('done', 'done', {
        progress: all,
        result,
        sample_errors: errors,
        filename: 'Teilnehmerliste final (2).csv',
      }),
      make('failed', 'failed', { error: 'The file ends inside a quoted cell that begins in row 812.' }),
      make('interrupted', 'interrupted', { progress: { done: 500, of: ROWS }, ...half }),
    ].map((one) => [one.id, one]),
  );

const importsOf = (state) => {
  state.imports ??= known();
  return state.imports;
};

/** As it stands now: what was started has come further. */
function now(one) {
  if (one.startedAt === undefined) return one;
  const { startedAt, ...rest } = one;
  const done = Math.min(ROWS, Math.round(((Date.now() - startedAt) / 1000) * ROWS_PER_S));
  if (done < ROWS) return { ...rest, progress: { done, of: ROWS } };
  const status = rest.status === 'checking' ? 'checked' : 'done';
  Object.assign(one, { status, progress: all, result, sample_errors: errors });
  delete one.startedAt;
  return one;
}

const change = (state, id, more) => {
  const one = importsOf(state).get(id);
  if (!one) return problem(404, 'not_found');
  Object.assign(one, more);
  return now(one);
};
const IMPORT = '/v1/workspaces/{ws}/imports/{id}';

export const importRoutes = {
  'GET /v1/workspaces/{ws}/imports': ({ state }) => ({
    items: state.empty ? [] : ['imp_running', 'imp_done', 'imp_failed'].map((id) => importsOf(state).get(id)),
    next: null,
  }),
  'POST /v1/workspaces/{ws}/imports': ({ state, query }) => {
    if (query.filename.includes('empty')) return problem(422, 'file_empty');
    const id = String(importsOf(state).size);
    const made = make(id, 'mapped', { filename: query.filename, created_at: ago(0) });
    importsOf(state).set(made.id, made);
    return answer(202, made);
  },
  [`GET ${IMPORT}`]: ({ state, params }) => change(state, params.id, {}),
  [`PATCH ${IMPORT}`]: ({ state, params, body }) =>
    change(state, params.id, { mapping: body.mapping, status: 'mapped' }),
  [`POST ${IMPORT}/check`]: ({ state, params }) =>
    change(state, params.id, { status: 'checking', startedAt: Date.now(), progress: { done: 0, of: ROWS } }),
  [`POST ${IMPORT}/run`]: ({ state, params }) =>
    change(state, params.id, { status: 'running', startedAt: Date.now(), progress: { done: 0, of: ROWS } }),
  [`DELETE ${IMPORT}`]: ({ state, params }) => {
    importsOf(state).delete(params.id);
  },
};
