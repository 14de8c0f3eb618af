/** The bar on top: workspace, bell with badge, account menu with the push switch. Owns its elements only. */

import type { Me } from '@belfry/api';
import { h, icon, icons, initials, safeImage, set, setText, type Translate } from '@belfry/inbox';
import { short } from './list-view';
import { base } from './place';
import type { PushState } from './push';
import { pushSentence } from './push-card';

export interface HeaderOptions {
  t: Translate;
  me: Me;
  home(): void;
  bell(): void;
  togglePush(): void;
  signOut(): void;
}

export interface Header {
  element: HTMLElement;
  showUnread(count: number): void;
  showPush(state: PushState): void;
}

export function header({ t, me, home, bell, togglePush, signOut }: HeaderOptions): Header {
  const badge = h('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
  const ring = h(
    'button',
    { type: 'button', class: 'icon-button bell', 'data-action': 'bell', onclick: bell },
    icon(icons.bell, 22),
    badge,
  );
  const sentence = h('p', { class: 'hint', id: 'push-state' });
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'switch',
      role: 'switch',
      'data-action': 'push-switch',
      'aria-describedby': 'push-state',
      onclick: () => toggle.getAttribute('aria-disabled') !== 'true' && togglePush(),
    },
    h('span', {}, t('push.setting')),
    h('span', { class: 'track', 'aria-hidden': 'true' }),
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
      'button',
      { type: 'button', class: 'menu-item', 'data-action': 'sign-out', onclick: signOut },
      t('portal.sign_out'),
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
    letters,
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
    showPush(state) {
      const possible = state === 'on' || state === 'off';
      set(toggle, { 'aria-checked': String(state === 'on'), 'aria-disabled': possible ? null : 'true' });
      setText(sentence, pushSentence(state, t));
    },
  };
}

function emblem(me: Me): HTMLElement {
  const { icon: url, name } = me.workspace;
  if (url && safeImage(url)) return h('img', { class: 'brand-icon', alt: '', src: url });
  return h('span', { class: 'brand-icon letter', 'aria-hidden': 'true' }, initials(name) || '•');
}
