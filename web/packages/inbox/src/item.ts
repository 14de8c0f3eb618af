/**
 * One item as a row. Owns its elements and changes them in place, so that focus and selection survive an update.
 * Refuses to act: what is pressed is handed to whoever made the row.
 */

import type { Item } from '@belfry/api';
import { avatar } from './avatar';
import { h, icon, icons, set, setText } from './dom';
import { safeLink } from './html';
import type { Translate } from './strings';
import { exactTime, relativeTime } from './time';

/** What a row needs to know of the page. */
export interface RowContext {
  t: Translate;
  locale: string;
  timeZone: string | null;
  /** Stands in where an item has neither title nor sender. */
  workspace: string;
  /** The address of the item's own page. */
  itemUrl(id: string): string;
  open(item: Item, event: MouseEvent): void;
  toggleRead(item: Item): void;
  archive(item: Item): void;
}

export interface Row {
  readonly element: HTMLLIElement;
  update(item: Item, now: Date, current: boolean): void;
}

/** The title, or what stands in for it. */
export const titleOf = (item: Item, workspace: string): string => item.title || item.sender || workspace;

/** Who shows their face: the actor, else the sender, else the workspace. */
export function faceOf(item: Item, workspace: string): { name: string; photo: string | null } {
  if (item.actor) return { name: item.actor.name, photo: item.actor.photo_url ?? item.photo };
  return { name: item.sender || workspace, photo: item.photo };
}

/** Where it leads: its destination, else its subject; undefined when it is shown here. */
export function destinationOf(item: Item): string | undefined {
  const url = item.destination?.url ?? item.subject?.url ?? undefined;
  return url && safeLink(url) ? url : undefined;
}

export function createRow(context: RowContext, first: Item): Row {
  const { t } = context;
  let item = first;
  let face = '';
  const dot = h('span', { class: 'dot', part: 'dot' });
  const unread = h('span', { class: 'sr' });
  const title = h('span', { class: 'title', part: 'title' });
  const link = h(
    'a',
    { class: 'link', part: 'link', onclick: (event) => context.open(item, event as MouseEvent) },
    unread,
    title,
  );
  const away = h(
    'span',
    { class: 'away' },
    icon(icons.out, 14),
    h('span', { class: 'sr' }, t('inbox.new_tab')),
  );
  const message = h('p', { class: 'message', part: 'message', dir: 'auto' });
  const who = h('span', { class: 'who' });
  const subject = h('span', { class: 'chip', part: 'subject' });
  const stack = h('span', { class: 'stack', part: 'count' });
  const time = h('time', { class: 'time', part: 'time' });
  const read = iconButton('toggle-read', () => context.toggleRead(item));
  const archive = iconButton('archive', () => context.archive(item));
  set(archive, { 'aria-label': t('inbox.archive'), title: t('inbox.archive') });
  archive.append(icon(icons.archive));
  let portrait: HTMLElement = h('span');
  const element = h(
    'li',
    { class: 'row', part: 'item' },
    dot,
    portrait,
    h(
      'div',
      { class: 'body' },
      h('div', { class: 'head' }, link, away),
      message,
      h('p', { class: 'meta' }, who, subject, stack),
    ),
    h('div', { class: 'side' }, time, h('div', { class: 'actions' }, read, archive)),
  );

  function update(next: Item, now: Date, current: boolean): void {
    const isUnread = !next.read_at;
    item = next;
    element.dataset.id = next.id;
    element.classList.toggle('unread', isUnread);
    element.classList.toggle('current', current);
    const out = destinationOf(next);
    set(link, {
      href: out ?? context.itemUrl(next.id),
      target: out ? '_blank' : null,
      rel: out ? 'noopener noreferrer' : null,
      'aria-current': current ? 'true' : null,
    });
    away.hidden = !out;
    setText(unread, isUnread ? `${t('inbox.is_unread')} ` : '');
    setText(title, titleOf(next, context.workspace));
    setText(message, next.message);
    const shown = faceOf(next, context.workspace);
    const from = next.actor?.name ?? next.sender ?? context.workspace;
    who.hidden = from === titleOf(next, context.workspace);
    setText(who, from);
    const key = `${shown.name}\n${shown.photo}`;
    if (key !== face) {
      face = key;
      const fresh = avatar(shown.name, shown.photo);
      portrait.replaceWith(fresh);
      portrait = fresh;
    }
    subject.hidden = !next.subject;
    setText(subject, next.subject?.id ?? '');
    set(subject, { title: next.subject?.title ?? null });
    stack.hidden = next.count < 2;
    if (next.count > 1) {
      const label = t('inbox.stacked', { count: next.count });
      set(stack, { title: label });
      stack.replaceChildren(
        icon(icons.stack, 14),
        h('span', { 'aria-hidden': 'true' }, String(next.count)),
        h('span', { class: 'sr' }, label),
      );
    }
    const created = new Date(next.created_at);
    set(time, { datetime: next.created_at, title: exactTime(created, context.locale, context.timeZone) });
    setText(time, relativeTime(created, now, context.locale, t('inbox.just_now')));
    const label = t(isUnread ? 'inbox.mark_read' : 'inbox.mark_unread');
    if (read.getAttribute('aria-label') !== label) {
      set(read, { 'aria-label': label, title: label });
      read.replaceChildren(icon(isUnread ? icons.check : icons.dot));
    }
  }

  return { element, update };
}

function iconButton(action: string, run: () => void): HTMLButtonElement {
  return h('button', {
    type: 'button',
    class: 'icon-button',
    part: 'action',
    'data-action': action,
    onclick: run,
  });
}
