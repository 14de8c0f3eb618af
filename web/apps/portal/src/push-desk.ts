/**
 * Everything about push that a page shows, loaded after the list is there. Owns the ask above the list and the words
 * after turning it on or off; the state is `Push`'s.
 */

import en from 'virtual:locale/en/push';
import type { Translate } from '@belfry/inbox';
import type { Context } from './context';
import { loadLanguage, withTexts } from './language';
import { Push, type PushState } from './push';
import { pushCard, putOff } from './push-card';
import type { Toast } from './toasts';

export interface PushDeskOptions {
  token: string | undefined;
  signal: AbortSignal;
  /** Where the soft ask stands. */
  place: HTMLElement;
  /** The state is another one; `sentence` says it. */
  changed(state: PushState, sentence: string): void;
  say(text: string, extra?: Partial<Toast>): void;
  help(): void;
  /** Sends a test to this browser. */
  test(): void;
  /** Focus that stood in the ask, which is gone. */
  focus(): void;
}

export interface PushDesk {
  push: Push;
  t: Translate;
  sentence(): string;
  turnOn(): Promise<void>;
  turnOff(): Promise<void>;
  toggle(): void;
}

export async function openPushDesk(context: Context, options: PushDeskOptions): Promise<PushDesk> {
  const { client, account, me, workspace } = context;
  const { place, say, help, focus } = options;
  const others = { de: () => import('virtual:locale/de/push') };
  const texts = await loadLanguage({ en, others }, me.user.locale);
  const t = withTexts(texts.t, context.t);
  const push = new Push(client, account, draw, options.token, options.signal);
  const how = { label: t('push.how'), run: help };
  const sentence = (): string => t(`push.${push.state}`);

  function draw(): void {
    const hadFocus = place.contains(document.activeElement);
    const card = pushCard(push.state, { t, workspace, turnOn: () => void turnOn(), help, changed: draw });
    place.replaceChildren(...(card ? [card] : []));
    if (hadFocus) {
      const button = place.querySelector<HTMLElement>('button');
      if (button) button.focus();
      else focus();
    }
    options.changed(push.state, sentence());
  }

  async function turnOn(): Promise<void> {
    try {
      await push.turnOn();
    } catch (error) {
      console.warn('push could not be turned on', error);
      say(t('push.failed'), { stays: 12_000, action: how });
      return;
    }
    if (push.state === 'on') {
      say(t('push.turned_on'), { action: { label: t('push.test'), run: options.test } });
    } else if (push.state === 'blocked') say(t('push.blocked_title'), { action: how });
  }

  async function turnOff(): Promise<void> {
    // Whoever turns it off has answered the question for a while.
    putOff();
    try {
      await push.turnOff();
      say(t('push.turned_off'));
    } catch (error) {
      console.warn('the server could not be told', error);
      say(t('push.off_untold'));
    }
  }

  // Nothing is asked before it is known what there is.
  await push.look();
  const toggle = (): void => void (push.state === 'on' ? turnOff() : turnOn());
  return { push, t, sentence, turnOn, turnOff, toggle };
}
