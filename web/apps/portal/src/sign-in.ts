/** The page for someone who is not signed in, or not any more. Owns the form; refuses to keep the token. */

import { h, icon, icons, type Translate } from '@belfry/inbox';
import { tokenOf } from './place';

export type Refusal = 'expired' | 'refused' | 'unreachable';

export interface SignInOptions {
  t: Translate;
  workspace: string;
  /** Why the page is shown, if not simply because nobody is signed in. */
  reason?: Refusal | undefined;
  /** Answers with what went wrong, or nothing when it worked. */
  submit(token: string): Promise<Refusal | undefined>;
}

export function signInPage({ t, workspace, reason, submit }: SignInOptions): HTMLElement {
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
    const token = tokenOf(input.value);
    if (!token) {
      say(t('sign_in.empty'));
      input.focus();
      return;
    }
    working = true;
    say('');
    button.setAttribute('aria-disabled', 'true');
    button.textContent = t('sign_in.working');
    const refusal = await submit(token);
    working = false;
    if (!refusal) return;
    button.removeAttribute('aria-disabled');
    button.textContent = t('sign_in.submit');
    say(t(`sign_in.${refusal}`));
    input.focus();
  };

  if (reason) say(t(`sign_in.${reason}`));
  return h(
    'main',
    { class: 'sign-in', id: 'main' },
    h('div', { class: 'emblem' }, icon(icons.bell, 28)),
    h('h1', {}, workspace ? t('sign_in.title', { workspace }) : t('sign_in.title_plain')),
    h('p', { class: 'lead' }, t('sign_in.lead')),
    h(
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
