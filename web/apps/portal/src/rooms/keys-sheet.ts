/** The sheet of shortcuts, with the switch that turns them off. Owns its dialog. */

import { h, icon, icons, set, type Translate } from '@belfry/inbox';
import { keysOn, setKeys, shortcuts } from '../keys';

const NAMES: Readonly<Record<string, string>> = { Escape: 'Esc', Enter: '↵' };

export function showKeys(t: Translate): void {
  if (document.querySelector('dialog.keys')) return;
  const dialog = h(
    'dialog',
    { class: 'sheet keys', 'aria-labelledby': 'keys-title', onclose: () => dialog.remove() },
    h(
      'div',
      { class: 'sheet-head' },
      h('h2', { id: 'keys-title' }, t('keys.title')),
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': t('keys.close'),
          title: t('keys.close'),
          onclick: () => dialog.close(),
        },
        icon(icons.close),
      ),
    ),
    keyList(t),
    keySwitch(t),
  );
  // A press beside the sheet closes it.
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

export function keyList(t: Translate): HTMLElement {
  return h(
    'dl',
    { class: 'key-list' },
    ...shortcuts.map(({ keys, action }) =>
      h(
        'div',
        {},
        h('dt', {}, t(`keys.${action}`)),
        h('dd', {}, ...keys.map((key) => h('kbd', {}, NAMES[key] ?? key))),
      ),
    ),
  );
}

export function keySwitch(t: Translate): HTMLElement {
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'switch',
      role: 'switch',
      'data-action': 'keys-switch',
      'aria-checked': String(keysOn()),
      onclick: () => {
        setKeys(!keysOn());
        set(toggle, { 'aria-checked': String(keysOn()) });
      },
    },
    h('span', {}, t('keys.switch')),
    h('span', { class: 'track', 'aria-hidden': 'true' }),
  );
  return toggle;
}
