/**
 * The entry of `/l/{token}`: says whom and what a personal link opens, and uses it up only when its button is pressed.
 * A mail scanner that looks at the address changes nothing. Owns the steps; the page is drawn elsewhere.
 */

import 'virtual:tokens.css';
import '@belfry/tokens/font.css';
import '../styles/base.css';
import '../styles/controls.css';
import '../styles/forms.css';
import '../styles/sign-in.css';
import en from 'virtual:locale/en/link';
import { type ApiError, LinkClient, type LinkPreview } from '@belfry/api';
import { linkIn } from '../account';
import { canKeep, signedInTo, startSession } from '../kept-db';
import { loadLanguage } from '../language';
import { type LinkState, linkPage } from './link-page';
import { pressKey } from './press-key';

const link = linkIn(location.pathname) ?? '';
const links = new LinkClient();
const key = pressKey(link);
const goTo = (slug: string): void => location.replace(`/app/${encodeURIComponent(slug)}/`);

async function start(): Promise<void> {
  const { t, locale } = await loadLanguage({ en, others: { de: () => import('virtual:locale/de/link') } });
  const page = linkPage({ t, locale, link, look: () => void again(), open: () => void open(), goTo });
  let preview: LinkPreview | undefined;
  let pressed = false;

  async function look(): Promise<void> {
    page.show({ kind: 'loading' });
    try {
      preview = await links.preview(link);
      page.show({ kind: 'ready', preview });
    } catch (error) {
      const state = await refusal(error as ApiError);
      // Used up, perhaps by this tab, which was left before it had the answer.
      if (state.kind === 'invalid' && key.known) await enter();
      else page.show(state);
    }
  }

  async function open(): Promise<void> {
    if (!preview) return;
    page.show({ kind: 'opening', preview });
    pressed = true;
    // The link works once: a browser that cannot keep the session must not use it up.
    if (!(await canKeep())) return page.show({ kind: 'no-storage', preview });
    await enter();
  }

  async function enter(): Promise<void> {
    try {
      const { token, workspace } = await links.redeem(link, key.take());
      await startSession(workspace.slug, token);
      key.forget();
      goTo(workspace.slug);
    } catch (error) {
      page.show(await refusal(error as ApiError));
    }
  }

  /** What was pressed is pressed again, with its key: the link may be used up, and its answer lost. */
  const again = (): Promise<void> => (pressed ? open() : look());

  document.title = t('link.page');
  document.body.replaceChildren(page.element);
  if (link) await look();
  else page.show(await refusal({ status: 404 }));
}

async function refusal({ status }: Pick<ApiError, 'status'>): Promise<LinkState> {
  if (status === 429) return { kind: 'too-many' };
  if (status !== 404 && status !== 400 && status !== 422) {
    return { kind: navigator.onLine ? 'unreachable' : 'offline' };
  }
  // Most who see this have pressed the link in their mail a second time, and are signed in.
  const slugs = await signedInTo().catch(() => []);
  return { kind: 'invalid', signedInTo: slugs };
}

void start();
