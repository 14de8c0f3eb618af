/** How to be notified in each browser, the reader's own first. Owns its element; the steps are in the texts. */

import { h, icon, icons, setText, type Translate } from '@belfry/inbox';
import { type BrowserName, browserName, onPhone, standalone } from '../browser';
import type { PushState } from '../push';
import type { RoomView } from '../rooms';
import type { RoomContext } from './entry';
import { roomHead, section } from './parts';
import { testThisBrowser } from './test-push';

const BROWSERS: readonly Exclude<BrowserName, 'other'>[] = [
  'chrome',
  'edge',
  'firefox',
  'safari',
  'ios',
  'samsung',
];

export function helpPage(context: RoomContext): RoomView {
  const { t, push, desk } = context;
  const here = browserName();
  const status = h('p', { class: 'help-status', role: 'status' });
  const button = h(
    'button',
    {
      type: 'button',
      class: 'button primary',
      'data-action': 'help-on',
      onclick: () => void desk.turnOn(),
    },
    t('push.ask_button'),
  );
  const test = h('button', { type: 'button', class: 'button', 'data-action': 'help-test' }, t('push.test'));
  test.addEventListener('click', async () => {
    if (test.getAttribute('aria-disabled') === 'true') return;
    test.setAttribute('aria-disabled', 'true');
    await testThisBrowser(context);
    test.removeAttribute('aria-disabled');
  });
  const steps = h('div', { class: 'help-steps' });

  const showPush = (): void => {
    const { state } = push;
    setText(status, desk.sentence());
    button.hidden = state !== 'off' && state !== 'dropped';
    test.hidden = state !== 'on';
    steps.replaceChildren(...stepsFor(here, state, t));
  };
  showPush();

  const element = h(
    'div',
    { class: 'room-page' },
    roomHead(context, t('help.title')),
    section(
      t('help.here', { browser: t(`help.${here}`) }),
      null,
      h('div', { class: 'setting' }, status, steps, h('div', { class: 'help-actions' }, button, test)),
    ),
    section(
      t('help.nothing'),
      null,
      h(
        'ul',
        { class: 'setting checks' },
        ...['system', 'focus', 'running', 'elsewhere'].map((key) =>
          h('li', {}, icon(icons.check, 16), h('span', {}, t(`help.nothing_${key}`))),
        ),
      ),
    ),
    section(
      t('help.others'),
      t('help.others_hint'),
      ...BROWSERS.filter((name) => name !== here).map((name) =>
        h(
          'details',
          { class: 'setting' },
          h('summary', {}, t(`help.${name}`)),
          list(t, `help.${name}_on`),
          h('p', { class: 'hint' }, t(`help.${name}_note`)),
        ),
      ),
    ),
  );
  return { element, showPush };
}

/** On: how to see it. Blocked: how to allow it. Else: how to turn it on, and what has to be so. */
function stepsFor(browser: BrowserName, state: PushState, t: Translate): HTMLElement[] {
  const note = (key: string): HTMLElement => h('p', { class: 'hint' }, t(key));
  if (browser === 'other') return [note('help.other_note')];
  if (state === 'blocked') return [list(t, `help.${browser}_blocked`), note(`help.${browser}_note`)];
  if (browser === 'ios' && !standalone()) return [list(t, 'help.ios_on'), note('help.ios_note')];
  const running = browser === 'safari' || onPhone() ? null : note('help.note_desktop');
  return [note(`help.${browser}_note`), ...(running ? [running] : [])];
}

/** Steps are sentences with a line each. */
function list(t: Translate, key: string): HTMLElement {
  const lines = t(key).split('\n');
  return h('ol', { class: 'steps' }, ...lines.map((line) => h('li', {}, line)));
}
