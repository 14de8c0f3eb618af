/** The page of one item: who, when, what, and where it leads. Owns its element; the message is drawn without sinks. */

import './styles/item.css';
import type { Item } from '@belfry/api';
import {
  avatar,
  destinationOf,
  exactTime,
  faceOf,
  h,
  icon,
  icons,
  relativeTime,
  renderHtml,
  safeImage,
  type Translate,
  titleOf,
} from '@belfry/inbox';
import { unarchive as unarchivePath } from './icons';

export interface ItemPageOptions {
  t: Translate;
  locale: string;
  timeZone: string | null;
  workspace: string;
  back(): void;
  toggleRead(item: Item): void;
  /** Whether it was opened from the archive, from where it is put back. */
  archived: boolean;
  archive(item: Item): void;
  unarchive(item: Item): void;
  remove(item: Item): void;
  opened(item: Item): void;
}

export function itemPage(item: Item, options: ItemPageOptions): HTMLElement {
  const { t, workspace } = options;
  const face = faceOf(item, workspace);
  const created = new Date(item.created_at);
  const exact = exactTime(created, options.locale, options.timeZone);
  const out = destinationOf(item);
  const { subject } = item;
  const body = h('div', { class: 'prose', dir: 'auto' });
  if (item.html) body.append(renderHtml(item.html, document));
  else body.append(h('p', { class: 'plain' }, item.message));
  const away = { target: '_blank', rel: 'noopener noreferrer' };
  return h(
    'article',
    { class: 'item-page', 'aria-labelledby': 'item-title', 'data-id': item.id },
    bar(item, options),
    h('h1', { id: 'item-title', tabindex: '-1', dir: 'auto' }, titleOf(item, workspace)),
    h(
      'div',
      { class: 'byline' },
      avatar(face.name, face.photo),
      h(
        'div',
        {},
        h(
          'p',
          { class: 'byline-name' },
          face.name,
          item.actor && item.sender ? h('span', {}, ` · ${item.sender}`) : null,
        ),
        h(
          'p',
          { class: 'byline-time' },
          h('time', { datetime: item.created_at }, exact),
          ` · ${relativeTime(created, new Date(), options.locale, t('inbox.just_now'))}`,
        ),
      ),
    ),
    subject || item.count > 1
      ? h(
          'p',
          { class: 'facts' },
          kind(item),
          subject ? h('span', { class: 'chip' }, subject.id) : null,
          subject?.title ? h('span', {}, subject.title) : null,
          item.count > 1
            ? h('span', { class: 'stack' }, icon(icons.stack, 14), t('inbox.stacked', { count: item.count }))
            : null,
        )
      : null,
    body,
    out
      ? h(
          'a',
          { class: 'button primary open', href: out, ...away, onclick: () => options.opened(item) },
          t('item.open'),
          icon(icons.out, 16),
          h('span', { class: 'sr' }, t('inbox.new_tab')),
        )
      : null,
  );
}

/** The picture of its kind. One that cannot be had is left out. */
function kind({ icon: url }: Item): HTMLElement | null {
  if (!url || !safeImage(url)) return null;
  const image = h('img', { class: 'kind', alt: '', width: 20, height: 20, src: url });
  image.addEventListener('error', () => image.remove(), { once: true });
  return image;
}

function bar(item: Item, options: ItemPageOptions): HTMLElement {
  const { t, back, toggleRead, archive, unarchive, remove, archived } = options;
  const press = (action: string, label: string, path: string, run: () => void, extra = ''): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        class: `icon-button ${extra}`,
        'data-action': action,
        'aria-label': label,
        title: label,
        onclick: run,
      },
      icon(path),
    );
  const read = Boolean(item.read_at);
  return h(
    'div',
    { class: 'item-bar' },
    press('back', t('item.back'), icons.back, back, 'flip'),
    h('span', { class: 'grow' }),
    press(
      'toggle-read',
      t(read ? 'inbox.mark_unread' : 'inbox.mark_read'),
      read ? icons.dot : icons.check,
      () => toggleRead(item),
    ),
    archived
      ? press('archive', t('inbox.unarchive'), unarchivePath, () => unarchive(item))
      : press('archive', t('inbox.archive'), icons.archive, () => archive(item)),
    press('remove', t('inbox.remove'), icons.remove, () => remove(item)),
  );
}
