/** A person's data and the ways out: download, delete, sign out. Owns asking before what cannot be undone. */

import type { ApiError } from '@belfry/api';
import { h, setText } from '@belfry/inbox';
import type { RoomContext } from './entry';
import { ask, section } from './parts';

/** Chromium takes the address when the click has been handled, Safari a moment later. */
const KEEP_URL = 60_000;

export function dataSection(context: RoomContext): HTMLElement {
  const { t, me, account, end } = context;
  const said = h('p', { class: 'hint', role: 'status' });
  const download = h(
    'button',
    { type: 'button', class: 'button', 'data-action': 'download' },
    t('settings.download'),
  );
  download.addEventListener('click', async () => {
    if (download.getAttribute('aria-disabled') === 'true') return;
    download.setAttribute('aria-disabled', 'true');
    setText(said, t('settings.download_working'));
    try {
      const url = URL.createObjectURL(await account.data());
      h('a', { href: url, download: `${me.workspace.slug}-${me.user.external_id}.json` }).click();
      setTimeout(() => URL.revokeObjectURL(url), KEEP_URL);
      setText(said, t('settings.download_done'));
    } catch {
      setText(said, t('settings.download_failed'));
    }
    download.removeAttribute('aria-disabled');
  });

  const remove = (): void =>
    ask({
      title: t('settings.delete_title'),
      text: t('settings.delete_text', { organization: me.organization.name }),
      typed: { label: t('settings.delete_typed', { id: me.user.external_id }), value: me.user.external_id },
      cancel: t('settings.cancel'),
      confirm: t('settings.delete_confirm'),
      run: async () => {
        try {
          await account.deleteMe(me.user.external_id);
        } catch (error) {
          return t((error as ApiError).status === 0 ? 'settings.unreachable' : 'settings.delete_failed');
        }
        end('deleted');
        return undefined;
      },
    });

  return section(
    t('settings.data'),
    null,
    setting(t('settings.download_title'), t('settings.download_hint'), download, said),
    setting(
      t('settings.delete_row'),
      t('settings.delete_hint'),
      h(
        'button',
        { type: 'button', class: 'button dangerous', 'data-action': 'delete-me', onclick: remove },
        t('settings.delete'),
      ),
    ),
  );
}

export function leaveSection({ t, account, end, signOut }: RoomContext): HTMLElement {
  const everywhere = (): void =>
    ask({
      title: t('settings.everywhere_title'),
      text: t('settings.everywhere_text'),
      cancel: t('settings.cancel'),
      confirm: t('settings.everywhere_confirm'),
      run: async () => {
        try {
          await account.signOutEverywhere();
        } catch {
          return t('settings.unreachable');
        }
        end('signed_out_everywhere');
        return undefined;
      },
    });
  return section(
    t('settings.leave'),
    null,
    setting(
      t('settings.sign_out_row'),
      t('settings.sign_out_hint'),
      h(
        'button',
        { type: 'button', class: 'button', 'data-action': 'settings-sign-out', onclick: signOut },
        t('portal.sign_out'),
      ),
    ),
    setting(
      t('settings.everywhere_row'),
      t('settings.everywhere_hint'),
      h(
        'button',
        { type: 'button', class: 'button', 'data-action': 'sign-out-everywhere', onclick: everywhere },
        t('settings.everywhere'),
      ),
    ),
  );
}

function setting(title: string, hint: string, button: HTMLElement, ...more: HTMLElement[]): HTMLElement {
  return h(
    'div',
    { class: 'setting split' },
    h('div', {}, h('h3', {}, title), h('p', { class: 'hint' }, hint), ...more),
    button,
  );
}
