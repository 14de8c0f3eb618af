/**
 * The page for someone who is not signed in, or not any more; loaded when it is needed. Owns the form, and using up the
 * link that was pasted into it. Refuses to keep a token.
 */

import en from 'virtual:locale/en/sign_in';
import './styles/forms.css';
import './styles/sign-in.css';
import { type ApiError, LinkClient } from '@belfry/api';
import { h, icon, icons, type Translate } from '@belfry/inbox';
import { linkIn } from './account';
import { startSession } from './kept-db';
import { loadLanguage } from './language';
import { pressKey } from './link/press-key';
import { workspace as here } from './place';

export type SignInReason = 'expired' | 'signed_out' | 'signed_out_everywhere' | 'deleted';
export type Refusal = 'refused' | 'unreachable' | 'link_used' | 'too_many';

export interface SignInOptions {
  workspace: string;
  /** Why the page is shown, if not simply because nobody is signed in. */
  reason?: SignInReason | undefined;
  /** Signs in with a token; answers with what went wrong, or nothing when it worked. */
  enter(token: string): Promise<Refusal | undefined>;
}

export async function furnishSignIn(options: SignInOptions): Promise<HTMLElement> {
  const others = { de: () => import('virtual:locale/de/sign_in') };
  const { t } = await loadLanguage({ en, others });
  document.title = t('sign_in.title_plain');
  return signInPage(t, options);
}

function signInPage(t: Translate, { workspace, reason, enter }: SignInOptions): HTMLElement {
  const input = h('input', {
    id: 'token',
    type: 'password',
    name: 'token',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    'aria-describedby': 'token-hint token-error',
  });
  const error = h('p', { id: 'token-error', class: 'field-error', role: 'alert' });
  const button = h('button', { type: 'submit', class: 'button primary wide' }, t('sign_in.submit'));
  let working = false;

  const say = (text: string): void => {
    error.replaceChildren(...(text ? [icon(icons.alert, 16), h('span', {}, text)] : []));
    input.setAttribute('aria-invalid', String(text !== ''));
  };
  const run = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (working) return;
    const pasted = input.value.trim();
    if (!pasted) {
      say(t('sign_in.empty'));
      input.focus();
      return;
    }
    working = true;
    say('');
    button.setAttribute('aria-disabled', 'true');
    button.textContent = t('sign_in.working');
    const link = linkIn(pasted);
    const refusal = link ? await redeem(link, enter) : await enter(pasted);
    working = false;
    if (!refusal) return;
    button.removeAttribute('aria-disabled');
    button.textContent = t('sign_in.submit');
    say(t(`sign_in.${refusal}`));
    input.focus();
  };

  const ended = reason !== undefined && reason !== 'expired';
  return h(
    'main',
    { class: 'sign-in', id: 'main' },
    h('div', { class: ended ? 'emblem quiet' : 'emblem' }, icon(ended ? icons.check : icons.bell, 28)),
    h(
      'h1',
      {},
      ended
        ? t(`sign_in.${reason}_title`)
        : workspace
          ? t('sign_in.title', { workspace })
          : t('sign_in.title_plain'),
    ),
    h('p', { class: 'lead', role: 'status' }, t(reason ? `sign_in.${reason}` : 'sign_in.lead')),
    reason === 'deleted'
      ? null
      : h(
          'form',
          { class: 'card form', novalidate: true, onsubmit: (event) => void run(event) },
          h('label', { for: 'token' }, t('sign_in.label')),
          input,
          error,
          button,
          h('p', { id: 'token-hint', class: 'hint' }, t('sign_in.hint')),
        ),
  );
}

/** The link may be another workspace's: then its own portal opens. */
async function redeem(link: string, enter: SignInOptions['enter']): Promise<Refusal | undefined> {
  try {
    // After a lost answer the same press is said again.
    const key = pressKey(link);
    const { token, workspace } = await new LinkClient().redeem(link, key.take());
    if (workspace.slug === here || workspace.id === here) {
      const refusal = await enter(token);
      if (!refusal) key.forget();
      return refusal;
    }
    await startSession(workspace.slug, token);
    key.forget();
    location.assign(`/app/${encodeURIComponent(workspace.slug)}/`);
    return undefined;
  } catch (error) {
    const { status } = error as ApiError;
    if (status === 429) return 'too_many';
    return status >= 400 && status < 500 ? 'link_used' : 'unreachable';
  }
}
