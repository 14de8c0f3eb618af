/** The soft ask: a reason and a button, or why push cannot be had. Owns whether it was put off in this browser. */

import { h, icon, icons, type Translate } from '@belfry/inbox';
import { workspace as key, roomUrl } from './place';
import type { PushState } from './push';

const PUT_OFF = `belfry-ask-later:${key}`;
/** A reader who said "not now" is left alone for two weeks. */
const QUIET = 14 * 86_400_000;

export interface PushCardOptions {
  t: Translate;
  workspace: string;
  turnOn(): void;
  help(): void;
  changed(): void;
}

/** The card for a state; nothing when push is on, cannot be had here at all, or was put off. */
export function pushCard(state: PushState, options: PushCardOptions): HTMLElement | undefined {
  const { t, workspace, turnOn, changed } = options;
  if (['on', 'unsupported', 'insecure', 'closed'].includes(state)) return undefined;
  // What ended without the reader's doing is said once more, also to those who once said "not now".
  if (state !== 'dropped' && isPutOff()) return undefined;
  const later = h(
    'button',
    {
      type: 'button',
      class: 'button quiet',
      'data-action': 'push-later',
      onclick: () => {
        putOff();
        changed();
      },
    },
    t('push.ask_later'),
  );
  const explains = state === 'blocked' || state === 'ios';
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button primary',
      'data-action': 'push-on',
      'aria-disabled': state === 'working' ? 'true' : null,
      onclick: () => state !== 'working' && turnOn(),
    },
    t(state === 'working' ? 'push.working' : 'push.ask_button'),
  );
  const title = { blocked: 'push.blocked_title', dropped: 'push.dropped_title', ios: 'push.ios_title' };
  const text = explains || state === 'dropped' ? `push.${state}` : 'push.ask';
  return h(
    'section',
    { class: 'card ask', 'data-push': state, 'aria-labelledby': 'ask-title' },
    h('span', { class: 'ask-icon' }, icon(state === 'blocked' ? icons.alert : icons.bell, 20)),
    h(
      'div',
      { class: 'ask-body' },
      h('h2', { id: 'ask-title' }, t(title[state as keyof typeof title] ?? 'push.ask_title')),
      h('p', {}, t(text, { workspace })),
      h('div', { class: 'ask-actions' }, explains ? helpLink(options) : button, later),
    ),
  );
}

/** Leads to the steps for this browser. */
export function helpLink({ t, help }: Pick<PushCardOptions, 't' | 'help'>): HTMLElement {
  return h(
    'a',
    {
      class: 'button',
      href: roomUrl('help'),
      onclick: (event) => {
        event.preventDefault();
        help();
      },
    },
    t('push.how'),
  );
}

function isPutOff(): boolean {
  try {
    return Date.now() - Number(localStorage.getItem(PUT_OFF)) < QUIET;
  } catch {
    return false;
  }
}

export function putOff(): void {
  try {
    localStorage.setItem(PUT_OFF, String(Date.now()));
  } catch {
    // A browser without storage asks again next time.
  }
}
