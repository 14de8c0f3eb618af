/**
 * One item as a row. Owns its elements and changes them in place, so that focus and selection survive an update.
 * Refuses to act: what is pressed is handed to whoever made the row.
 */

import type { Item } from '@belfry/api';
import { safeImage, safeLink } from './address';
import { avatar } from './avatar';
import { h, icon, set, setText } from './dom';
import * as icons from './icons';
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
  /** Where it is missing, rows have no button for it. */
  remove?(item: Item): void;
  /** The item at this place of the list is the first that is seen. */
  seen?(at: number): void;
}

/** Draws an item into its row; the same again changes nothing. */
export type Update = (item: Item, now: Date, current: boolean) => void;

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

/** Fills an empty row, for whatever item it is told to show. */
export function createRow(context: RowContext, element: HTMLLIElement): Update {
  const { t, remove, workspace } = context;
  let item: Item;
  let drawn: unknown[] = [];
  let face = '';
  const span = (name: string, part = name): HTMLElement => h('span', { class: name, part });
  const hidden = (text = ''): HTMLElement => h('span', { class: 'sr' }, text);
  const label = (button: Element, text: string) => set(button, { 'aria-label': text, title: text });
  const button = (action: string, path: string, run: (item: Item) => void): HTMLElement => {
    const made = h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        part: 'action',
        'data-action': action,
        onclick: () => run(item),
      },
      icon(path),
    );
    label(made, t(`inbox.${action}`));
    return made;
  };
  const unread = hidden();
  const title = span('title');
  const link = h(
    'a',
    {
      class: 'link',
      part: 'link',
      dir: 'auto',
      onclick: (event) => context.open(item, event as MouseEvent),
      // The middle button follows a link too.
      onauxclick: (event) => {
        if ((event as MouseEvent).button === 1 && destinationOf(item))
          context.open(item, event as MouseEvent);
      },
    },
    unread,
    title,
  );
  const away = h('span', { class: 'away' }, icon(icons.out, 14), hidden(t('inbox.new_tab')));
  const message = h('p', { class: 'message', part: 'message', dir: 'auto' });
  const who = set(span('who', 'sender'), { dir: 'auto' });
  const kind = h('img', { class: 'kind', part: 'icon', alt: '', onerror: () => kind.remove() });
  const subject = span('chip', 'subject');
  const stack = span('stack', 'count');
  const time = h('time', { class: 'time', part: 'time' });
  const read = button('toggle-read', icons.check, context.toggleRead);
  let portrait = span('avatar');
  element.replaceChildren(
    span('dot'),
    portrait,
    h(
      'div',
      { class: 'body' },
      h('div', { class: 'head' }, link, away),
      message,
      h('p', { class: 'meta' }, who, kind, subject, stack),
    ),
    h(
      'div',
      { class: 'side' },
      time,
      h(
        'div',
        { class: 'actions' },
        read,
        button('archive', icons.archive, context.archive),
        remove && button('remove', icons.remove, remove),
      ),
    ),
  );

  return (next, now, current) => {
    const { created_at, count } = next;
    const created = new Date(created_at);
    const ago = relativeTime(created, now, context.locale, t('inbox.just_now'));
    // Most rows are the same as in the draw before.
    const wanted = [next, ago, current];
    if (wanted.every((value, at) => value === drawn[at])) return;
    drawn = wanted;
    item = next;
    const isUnread = !next.read_at;
    element.classList.toggle('unread', isUnread);
    element.classList.toggle('current', current);
    const out = destinationOf(next);
    set(link, {
      href: out ?? context.itemUrl(next.id),
      target: out && '_blank',
      rel: out && 'noopener noreferrer',
      'aria-current': current && 'true',
    });
    away.hidden = !out;
    const heading = titleOf(next, workspace);
    setText(unread, isUnread ? `${t('inbox.is_unread')} ` : '');
    setText(title, heading);
    setText(message, next.message);
    const shown = faceOf(next, workspace);
    const from = next.actor?.name ?? next.sender ?? workspace;
    setText(who, from === heading ? '' : from);
    const key = `${shown.name}\n${shown.photo}`;
    if (key !== face) {
      face = key;
      const fresh = avatar(shown.name, shown.photo);
      portrait.replaceWith(fresh);
      portrait = fresh;
    }
    subject.hidden = !next.subject;
    setText(subject, next.subject?.id ?? '');
    set(subject, { title: next.subject?.title });
    kind.hidden = !next.subject || !safeImage(next.icon ?? '');
    if (!kind.hidden) set(kind, { src: next.icon });
    stack.hidden = count < 2;
    const many = t('inbox.stacked', { count });
    set(stack, { title: many });
    stack.replaceChildren(
      icon(icons.stack, 14),
      h('span', { 'aria-hidden': 'true' }, String(count)),
      hidden(many),
    );
    set(time, { datetime: created_at, title: exactTime(created, context.locale, context.timeZone) });
    setText(time, ago);
    const change = t(isUnread ? 'inbox.mark_read' : 'inbox.mark_unread');
    if (read.title !== change) {
      label(read, change);
      read.replaceChildren(icon(isUnread ? icons.check : icons.dot));
    }
  };
}
