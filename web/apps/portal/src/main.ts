/** The entry of the portal: finds out who is there, then shows the sign-in page or the portal. */

import 'virtual:tokens.css';
import '@belfry/tokens/font.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/portal.css';
import './styles/list.css';
import './styles/item.css';
import { ApiError, type Me, MeClient } from '@belfry/api';
import { h, icons } from '@belfry/inbox';
import { loadLanguage } from './language';
import { base, takeToken, workspace } from './place';
import { startPortal } from './portal';
import { deleteSession, readSession, writeSession } from './session-db';
import { type Refusal, signInPage } from './sign-in';
import { state } from './states';

let token: string | undefined;
const client = new MeClient({ token: async () => token });

async function start(): Promise<void> {
  const fromLink = takeToken();
  // Each workspace is an application of its own; the template does not know which one it is served for.
  document.head.append(h('link', { rel: 'manifest', href: `${base}manifest.webmanifest` }));
  const session = await readSession(workspace).catch(() => undefined);
  token = fromLink ?? session?.token;
  const language = await loadLanguage();
  if (!token) return showSignIn();
  const result = await identify(token);
  if ('me' in result) return enter(result.me);
  if (result.refusal === 'unreachable') {
    const { t } = language;
    const action = { label: t('portal.retry'), run: () => location.reload() };
    const key = navigator.onLine ? 'inbox.failed' : 'portal.offline';
    document.body.replaceChildren(
      state({ picture: icons.offline, title: t('inbox.failed_title'), text: t(key), action }),
    );
    // A token from a link is kept, so that the reload finds it: the address bar has forgotten it.
    if (fromLink) await keep(fromLink);
    return;
  }
  await showSignIn(fromLink ? 'refused' : 'expired');
}

/** Asks the server who a token is; it must belong to the workspace in the address. */
async function identify(candidate: string): Promise<{ me: Me } | { refusal: Refusal }> {
  token = candidate;
  try {
    const me = await client.me();
    if (workspace !== me.workspace.slug && workspace !== me.workspace.id) return { refusal: 'refused' };
    await keep(candidate);
    return { me };
  } catch (error) {
    const refused =
      error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
    return { refusal: refused ? 'refused' : 'unreachable' };
  }
}

async function keep(value: string): Promise<void> {
  // A browser that forbids storage still works until the page is closed.
  const session = await readSession(workspace).catch(() => undefined);
  await writeSession(workspace, { ...session, token: value }).catch(() => undefined);
}

async function enter(me: Me): Promise<void> {
  const { slug } = me.workspace;
  if (workspace !== slug && token) {
    // An address with the id becomes the one with the slug: links in pushes and the worker's scope use that.
    await writeSession(slug, { token });
    location.replace(location.pathname.replace(base, `/app/${encodeURIComponent(slug)}/`));
    return;
  }
  const language = await loadLanguage(me.user.locale);
  const root = startPortal({
    client,
    me,
    language,
    ended: async (reason) => {
      token = undefined;
      await deleteSession(workspace).catch(() => undefined);
      await showSignIn(reason === 'expired' ? 'expired' : undefined, me.workspace.name);
    },
  });
  document.body.replaceChildren(root);
}

async function showSignIn(reason?: Refusal, name = ''): Promise<void> {
  const { t } = await loadLanguage();
  token = undefined;
  document.title = t('sign_in.title_plain');
  document.body.replaceChildren(
    signInPage({
      t,
      workspace: name,
      reason,
      submit: async (candidate) => {
        const result = await identify(candidate);
        if ('refusal' in result) return result.refusal;
        await enter(result.me);
        return undefined;
      },
    }),
  );
}

// The link may be opened in a tab that shows the portal already.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) location.reload();
});
void start();
