/** A person's settings. Owns the order of its sections; each change is saved at once and says so. */

import { h, setText } from '@belfry/inbox';
import { browserName, onPhone } from '../browser';
import { pushSwitch, setSwitch } from '../header';
import { roomUrl } from '../place';
import type { RoomView } from '../rooms';
import { dataSection, leaveSection } from './data-section';
import { devicesCard } from './devices-card';
import type { RoomContext } from './entry';
import { keySwitch, showKeys } from './keys-sheet';
import { languageSection } from './language-section';
import { roomHead, section } from './parts';

export function settingsPage(context: RoomContext): RoomView {
  const { t, me, push, desk, workspace } = context;
  const sentence = h('p', { class: 'hint', id: 'settings-push' });
  const toggle = pushSwitch(t, desk.toggle, 'settings-push');
  const devices = devicesCard(context);
  // Phones are told while the browser is closed; everything else has to run.
  const browser = browserName();
  const note = push.state === 'unsupported' || push.state === 'insecure' ? null : noteKey(browser);
  let before = push.state;

  const showPush = (): void => {
    setSwitch(toggle, push.state);
    setText(sentence, desk.sentence());
    if (before !== push.state && push.state !== 'working') void devices.load();
    before = push.state;
  };
  showPush();
  void devices.load();

  const element = h(
    'div',
    { class: 'room-page' },
    roomHead(context, t('settings.title')),
    section(
      t('settings.push'),
      t('settings.push_hint', { workspace }),
      h(
        'div',
        { class: 'setting' },
        toggle,
        sentence,
        note ? h('p', { class: 'hint' }, t(note)) : null,
        toHelp(context),
      ),
      devices.element,
    ),
    languageSection(context),
    keysSection(context),
    dataSection(context),
    leaveSection(context),
    section(
      t('settings.about'),
      null,
      h(
        'dl',
        { class: 'about' },
        ...fact(t('settings.about_you'), me.user.name, me.user.email ?? me.user.external_id),
        ...fact(t('settings.about_workspace'), me.workspace.name, me.organization.name),
        ...fact(t('settings.about_software'), 'Belfry', t('settings.about_belfry')),
      ),
    ),
  );
  return { element, showPush };
}

function keysSection({ t }: RoomContext): HTMLElement {
  const show = (): void => showKeys(t);
  const element = section(
    t('settings.keys'),
    null,
    h(
      'div',
      { class: 'setting' },
      keySwitch(t),
      h('p', { class: 'hint' }, t('settings.keys_hint')),
      h('button', { type: 'button', class: 'text-button bare', onclick: show }, t('settings.keys_show')),
    ),
  );
  element.classList.add('keys-section');
  return element;
}

function noteKey(browser: ReturnType<typeof browserName>): string {
  if (browser === 'safari') return 'help.note_safari';
  return onPhone() ? 'help.note_phone' : 'help.note_desktop';
}

function toHelp({ t, visit }: RoomContext): HTMLElement {
  return h(
    'a',
    {
      class: 'text-button bare',
      href: roomUrl('help'),
      onclick: (event) => {
        event.preventDefault();
        visit('help');
      },
    },
    t('settings.push_help'),
  );
}

function fact(name: string, value: string, more: string): HTMLElement[] {
  return [
    h('dt', {}, name),
    h('dd', {}, h('span', {}, value), value === more ? null : h('span', { class: 'hint' }, more)),
  ];
}
