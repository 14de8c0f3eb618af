/** Made-up figures and notifications for Home. */

import { ago } from './account.mjs';

const summary = (id, status, title, people, minutes, more = {}) => ({
  id: `ntf_${id}`,
  status,
  origin: 'operator',
  title,
  sender: 'Summit team',
  plain: 'The keynote starts at 10:00 as planned, but in Hall B on the second floor.',
  people,
  targets: people,
  counts: {},
  created_at: ago(minutes),
  sent_at: status === 'draft' ? null : ago(minutes),
  finished_at: null,
  created_by: { name: 'Ann Keller' },
  rate: null,
  ...more,
});

export const notifications = () => [
  summary(1, 'sending', 'Room change: keynote moves to Hall B', 1204, 1),
  summary(2, 'draft', 'Shuttle times for Sunday', 0, 14),
  summary(3, 'sent', 'Doors open at nine', 1204, 58),
  summary(
    4,
    'partly_failed',
    'Lunch is served on the terrace, in the foyer and beside the registration desk',
    1187,
    60 * 5,
  ),
  summary(5, 'sent', null, 12, 60 * 20, { origin: 'event' }),
  summary(6, 'cancelled', 'Poll closes tonight', 1203, 60 * 30),
];

const full = {
  members: 1204,
  devices: 1377,
  reachable: 931,
  groups: 8,
  notifications: { sent_7d: 23, running: 1, scheduled: 0, failed_7d: 2, drafts: 3 },
  within_60s: { share: 0.9968, p50_s: 1.3, p95_s: 8.4, of: 22 },
  attention: [
    {
      kind: 'failed',
      notification_id: 'ntf_4',
      title: 'Lunch is served on the terrace, in the foyer and beside the registration desk',
      count: 17,
    },
    { kind: 'push_off' },
  ],
  checklist: { people: true, device: true, test: true, sent: true },
  quota: { limit: 100, used: 23, left: 77 },
};
const empty = {
  members: 0,
  devices: 0,
  reachable: 0,
  groups: 0,
  notifications: { sent_7d: 0, running: 0, scheduled: 0, failed_7d: 0, drafts: 0 },
  within_60s: { share: null, p50_s: null, p95_s: null, of: 0 },
  attention: [],
  checklist: { people: false, device: false, test: false, sent: false },
  quota: { limit: 100, used: 0, left: 100 },
};

export const homeRoutes = {
  'GET /v1/workspaces/{ws}/overview': ({ state }) => (state.empty ? empty : full),
  'GET /v1/workspaces/{ws}/notifications': ({ state, query }) => ({
    items: state.empty ? [] : notifications().slice(0, Number(query.limit ?? 50)),
    next: null,
  }),
};
