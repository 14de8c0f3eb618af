/** The entry of the portal: finds out who is there, then shows the sign-in page or the portal. */

import 'virtual:tokens.css';
import '@belfry/tokens/font.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/frame.css';
import './styles/portal.css';
import './styles/list.css';
import { AccountClient, ApiError, MeClient } from '@belfry/api';
import { h, icons } from '@belfry/inbox';
import type { Account } from './account';
import {
  endSession,
  type Kept,
  oweSignOut,
  ownSession,
  readKept,
  settleSignOuts,
  startSession,
  watchSession,
} from './kept-db';
import { loadLanguage } from './language';
import { base, straighten, workspace } from './place';
import { type Portal, startPortal } from './portal';
import { readSession } from './session-db';
import type { SignInReason } from './sign-in';
import { state } from './states';
import { pageTexts } from './texts';
import { worker } from './worker-link';

type Answer = { me: Account } | { refusal: 'refused' | 'unreachable' };

let token: string | undefined;
let portal: Portal | undefined;
/** Whom the portal is drawn for, as far as it is drawn. */
let drawnFor = '';
let asking = false;
const options = { token: async () => token };
const client = new MeClient(options);
const account = new AccountClient(options);

async function start(): Promise<void> {
  straighten();
  // Each workspace is an application of its own; the template does not know which one it is served for.
  document.head.append(h('link', { rel: 'manifest', href: `${base}manifest.webmanifest` }));
  void worker();
  watchSession(
    workspace,
    () => token,
    () => location.reload(),
  );
  const session = await readSession(workspace).catch(() => undefined);
  void settleSignOuts(signOutOf);
  token = session?.token;
  if (!token) return showSignIn();
  const kept = await readKept(workspace, session?.person);
  // What was there last is there at once; the server's answer comes over it.
  if (kept) await enter(kept.me, kept);
  await check();
}

/** Asks the server who is there, also again when it could not be reached before. */
async function check(): Promise<void> {
  if (asking || !token) return;
  asking = true;
  const answer = await identify(token);
  asking = false;
  if ('me' in answer) {
    if (!portal || drawnFor !== looks(answer.me))
      await enter(answer.me, await readKept(workspace, answer.me.user.id));
    portal?.identified(answer.me);
  } else if (answer.refusal === 'refused') {
    if (portal) portal.end('expired');
    else await leave('expired');
  } else if (!portal) await showUnreachable();
  // With what is kept on the page, its strip says that there is no connection, and it asks again.
  else pending = true;
}
let pending = false;

/** Asks the server who a token is; it must belong to the workspace in the address. */
async function identify(candidate: string): Promise<Answer> {
  token = candidate;
  try {
    const me: Account = await client.me();
    if (workspace !== me.workspace.slug && workspace !== me.workspace.id) return { refusal: 'refused' };
    // A browser that forbids storage still works until the page is closed.
    await startSession(workspace, candidate).catch(() => undefined);
    await ownSession(workspace, candidate, me.user.id);
    return { me };
  } catch (error) {
    return { refusal: error instanceof ApiError && isRefusal(error) ? 'refused' : 'unreachable' };
  }
}

/** Whether the server itself refuses. What stands between may answer anything while it is being changed. */
const isRefusal = ({ status, code }: ApiError): boolean =>
  (status === 401 || status === 403) && code !== 'unknown';

/** Ends a token at the server; says whether it is ended. */
async function signOutOf(owed: string): Promise<boolean> {
  try {
    await new AccountClient({ token: async () => owed }).signOut();
    return true;
  } catch (error) {
    return error instanceof ApiError && isRefusal(error);
  }
}

/** What of a person the page shows: when it differs, it is drawn anew. */
const looks = ({ user, workspace: { id, slug, name, icon }, organization }: Account): string =>
  JSON.stringify([user, id, slug, name, icon, organization.name]);

async function enter(me: Account, kept: Kept | undefined, field?: string): Promise<void> {
  const { slug } = me.workspace;
  if (workspace !== slug && token) {
    // An address with the id becomes the one with the slug: links in pushes and the worker's scope use that.
    await startSession(slug, token).catch(() => undefined);
    location.replace(location.pathname.replace(base, `/app/${encodeURIComponent(slug)}/`));
    return;
  }
  const language = await loadLanguage(pageTexts, me.user.locale);
  portal?.stop();
  drawnFor = looks(me);
  portal = startPortal({
    client,
    account,
    token,
    me,
    language,
    kept,
    field,
    reached: () => {
      if (pending) void check();
      pending = false;
    },
    doubted: check,
    signOut: async () => {
      const ending = token;
      if (ending && !(await signOutOf(ending))) await oweSignOut(ending);
    },
    changed: redraw,
    ended: (reason) => void leave(reason, me.workspace.name),
  });
  document.body.replaceChildren(portal.element);
}

/** What the person changed is on every part of the page; focus stays where they changed it. */
async function redraw(me: Account): Promise<void> {
  await enter(me, await readKept(workspace, me.user.id), document.activeElement?.id);
  portal?.identified(me);
}

async function leave(reason: SignInReason, name?: string): Promise<void> {
  const ended = token;
  token = undefined;
  portal = undefined;
  // Somebody else may have signed in beside: then this browser is theirs, and so is this page.
  if (!(await endSession(workspace, ended))) {
    location.reload();
    return;
  }
  // What was pushed belongs to whoever has left, and whoever comes next is asked for themselves.
  const registration = await navigator.serviceWorker?.getRegistration(base).catch(() => undefined);
  const subscription = await registration?.pushManager?.getSubscription().catch(() => undefined);
  await subscription?.unsubscribe().catch(() => undefined);
  for (const shown of (await registration?.getNotifications?.().catch(() => [])) ?? []) shown.close();
  await showSignIn(reason, name);
}

async function showSignIn(reason?: SignInReason, name = ''): Promise<void> {
  const { furnishSignIn } = await import('./sign-in');
  token = undefined;
  document.body.replaceChildren(
    await furnishSignIn({
      workspace: name,
      reason,
      enter: async (candidate) => {
        const answer = await identify(candidate);
        if ('refusal' in answer) {
          token = undefined;
          return answer.refusal;
        }
        await enter(answer.me, undefined);
        portal?.identified(answer.me);
        return undefined;
      },
    }),
  );
}

async function showUnreachable(): Promise<void> {
  const { t } = await loadLanguage(pageTexts);
  const action = { label: t('portal.retry'), run: () => location.reload() };
  const text = t(navigator.onLine ? 'inbox.failed' : 'portal.offline_first');
  document.title = t('portal.title');
  document.body.replaceChildren(
    h(
      'main',
      { class: 'alone' },
      state({ picture: icons.offline, heading: 'h1', title: t('portal.unreachable_title'), text, action }),
    ),
  );
  addEventListener('online', () => location.reload(), { once: true });
}

/** The worker asks an open tab to show what was clicked, whatever the tab shows now. */
navigator.serviceWorker?.addEventListener('message', ({ data }: MessageEvent) => {
  const url = typeof data?.navigate === 'string' ? new URL(data.navigate, location.href) : undefined;
  if (url?.origin !== location.origin || !url.pathname.startsWith(base)) return;
  if (portal) portal.visit(url.pathname);
  else location.assign(url);
});
void start();
