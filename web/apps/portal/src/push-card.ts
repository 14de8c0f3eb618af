/** The soft ask: a reason and a button, or why push cannot be had. Owns whether it was put off in this browser. */

import { h, icon, icons, type Translate } from '@belfry/inbox';
import { workspace as key } from './place';
import type { PushState } from './push';

const PUT_OFF = `belfry-ask-later:${key}`;
/** A reader who said "not now" is left alone for two weeks. */
const QUIET = 14 * 86_400_000;

export interface PushCardOptions {
  t: Translate;
  workspace: string;
  turnOn(): void;
  changed(): void;
}

/** The card for a state; nothing when push is on, cannot be explained in one step, or was put off. */
export function pushCard(state: PushState, options: PushCardOptions): HTMLElement | undefined {
  const { t } = options;
  if (state === 'on' || state === 'unsupported' || state === 'insecure' || isPutOff()) return undefined;
  const later = h(
    'button',
    { type: 'button', class: 'button quiet', 'data-action': 'push-later' },
    t('push.ask_later'),
  );
  later.addEventListener('click', () => {
    putOff();
    options.changed();
  });
  const blocked = state === 'blocked';
  const explains = blocked || state === 'ios';
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button primary',
      'data-action': 'push-on',
      'aria-disabled': state === 'working' ? 'true' : null,
      onclick: () => state === 'off' && options.turnOn(),
    },
    t(state === 'working' ? 'push.working' : 'push.ask_button'),
  );
  return h(
    'section',
    { class: 'card ask', 'aria-labelledby': 'ask-title' },
    h('span', { class: 'ask-icon' }, icon(blocked ? icons.alert : icons.bell, 20)),
    h(
      'div',
      { class: 'ask-body' },
      h('h2', { id: 'ask-title' }, t(blocked ? 'push.blocked_title' : 'push.ask_title')),
      h('p', {}, explains ? t(`push.${state}`) : t('push.ask', { workspace: options.workspace })),
      h('div', { class: 'ask-actions' }, explains ? null : button, later),
    ),
  );
}

/** One sentence on the state, for the settings. */
export function pushSentence(state: PushState, t: Translate): string {
  return t(`push.${state}`);
}

function isPutOff(): boolean {
  try {
    return Date.now() - Number(localStorage.getItem(PUT_OFF)) < QUIET;
  } catch {
    return false;
  }
}

function putOff(): void {
  try {
    localStorage.setItem(PUT_OFF, String(Date.now()));
  } catch {
    // A browser without storage asks again next time.
  }
}
