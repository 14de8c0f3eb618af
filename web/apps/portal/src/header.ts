/** The bar on top: workspace, bell with badge, account menu with the push switch. Owns its elements only. */

import type { Me } from '@belfry/api';
import { h, icon, icons, initials, safeImage, set, setText, type Translate } from '@belfry/inbox';
import { gear, keyboard, leave, question } from './icons';
import { short } from './list-view';
import { base, type Room, roomUrl } from './place';
import type { PushState } from './push';

export interface HeaderOptions {
  t: Translate;
  me: Me;
  home(): void;
  bell(): void;
  room(room: Room): void;
  keys(): void;
  togglePush(): void;
  signOut(): void;
}

export interface Header {
  element: HTMLElement;
  showUnread(count: number): void;
  /** `sentence` says the state. */
  showPush(state: PushState, sentence: string): void;
}

/** A switch for push; it says `aria-disabled` while it cannot be changed. */
export function pushSwitch(t: Translate, toggle: () => void, describedBy: string): HTMLButtonElement {
  const element = h(
    'button',
    {
      type: 'button',
      class: 'switch',
      role: 'switch',
      'data-action': 'push-switch',
      'aria-describedby': describedBy,
      onclick: () => element.getAttribute('aria-disabled') !== 'true' && toggle(),
    },
    h('span', {}, t('portal.push')),
    h('span', { class: 'track', 'aria-hidden': 'true' }),
  );
  setSwitch(element, 'working');
  return element;
}

export function setSwitch(element: HTMLElement, state: PushState): void {
  const possible = state === 'on' || state === 'off' || state === 'dropped';
  set(element, { 'aria-checked': String(state === 'on'), 'aria-disabled': possible ? null : 'true' });
}

export function header(options: HeaderOptions): Header {
  const { t, me, home, bell, room, keys, togglePush, signOut } = options;
  const badge = h('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
  const ring = h(
    'button',
    { type: 'button', class: 'icon-button bell', 'data-action': 'bell', onclick: bell },
    icon(icons.bell, 22),
    badge,
  );
  const sentence = h('p', { class: 'hint', id: 'push-state' });
  const toggle = pushSwitch(t, togglePush, 'push-state');
  const close = (run: () => void) => (event: Event) => {
    event.preventDefault();
    menu.hidePopover();
    run();
  };
  const toRoom = (to: Room, path: string): HTMLElement =>
    h(
      'a',
      { class: 'menu-item', href: roomUrl(to), 'data-action': to, onclick: close(() => room(to)) },
      icon(path),
      t(`portal.${to}`),
    );
  const press = (action: string, path: string, label: string, run: () => void): HTMLElement =>
    h(
      'button',
      { type: 'button', class: 'menu-item', 'data-action': action, onclick: close(run) },
      icon(path),
      label,
    );
  const menu = h(
    'div',
    { class: 'menu', id: 'menu', popover: 'auto' },
    h(
      'div',
      { class: 'menu-who' },
      h('p', { class: 'menu-name' }, me.user.name),
      h('p', { class: 'hint' }, me.user.email ?? me.organization.name),
    ),
    h('div', { class: 'menu-push' }, toggle, sentence),
    h(
      'div',
      { class: 'menu-items' },
      toRoom('settings', gear),
      toRoom('help', question),
      press('keys', keyboard, t('portal.keys'), keys),
      press('sign-out', leave, t('portal.sign_out'), signOut),
    ),
  );
  const letters = initials(me.user.name) || '•';
  const account = h(
    'button',
    {
      type: 'button',
      class: 'account',
      popovertarget: 'menu',
      // What is seen is part of the name, so that it can be spoken to the browser.
      'aria-label': `${letters}: ${t('portal.menu')}`,
      title: t('portal.menu'),
    },
    h('span', {}, letters),
  );
  const element = h(
    'header',
    { class: 'top' },
    h('a', { class: 'skip', href: '#main' }, t('portal.skip')),
    h(
      'a',
      {
        class: 'brand',
        href: base,
        'data-action': 'home',
        onclick: (event) => {
          event.preventDefault();
          home();
        },
      },
      emblem(me),
      h(
        'span',
        { class: 'brand-text' },
        h('span', { class: 'brand-name' }, me.workspace.name),
        me.organization.name === me.workspace.name
          ? null
          : h('span', { class: 'brand-org' }, me.organization.name),
      ),
    ),
    ring,
    account,
    menu,
  );

  return {
    element,
    showUnread(count) {
      badge.hidden = count === 0;
      setText(badge, short(count));
      const label = count ? t('inbox.bell_unread', { count }) : t('inbox.bell');
      set(ring, { 'aria-label': label, title: label });
    },
    showPush(state, said) {
      setSwitch(toggle, state);
      setText(sentence, said);
    },
  };
}

function emblem(me: Me): HTMLElement {
  const { icon: url, name } = me.workspace;
  const letter = (): HTMLElement =>
    h('span', { class: 'brand-icon letter', 'aria-hidden': 'true' }, initials(name) || '•');
  if (!url || !safeImage(url)) return letter();
  const image = h('img', { class: 'brand-icon', alt: '', src: url });
  // Without a connection the picture may be missing.
  image.addEventListener('error', () => image.replaceWith(letter()), { once: true });
  return image;
}
