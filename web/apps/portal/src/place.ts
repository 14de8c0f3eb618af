/**
 * Addresses of the portal: `/app/{ws}/` is the list, `/app/{ws}/items/{id}` an item, `/app/{ws}/settings` and
 * `/app/{ws}/help` pages of their own. Owns reading and changing the address bar.
 */

export type Room = 'settings' | 'help';

export interface Place {
  item?: string;
  room?: Room;
}

const [, , segment = ''] = location.pathname.split('/');

/** The id or slug in the address. */
export const workspace = decode(segment);
/** Begins every address of this workspace, and is the scope of its worker. */
export const base = `/app/${segment}/`;

export const itemUrl = (id: string): string => `${base}items/${encodeURIComponent(id)}`;
export const roomUrl = (room: Room): string => base + room;

export function currentPlace(): Place {
  const path = location.pathname.slice(base.length);
  const [, id, room] = /^(?:items\/([^/]+)|(settings|help)\/?$)/.exec(path) ?? [];
  if (id) return { item: decode(id) };
  return room ? { room: room as Room } : {};
}

/** Goes to the list, an item or a room without loading a page; `popstate` tells of the way back. */
export function go({ item, room }: Place): void {
  const url = item ? itemUrl(item) : room ? roomUrl(room) : base;
  if (url !== location.pathname) history.pushState({ inside: true }, '', url);
}

/** The worker's scope ends with a slash, and so does the page it controls. */
export function straighten(): void {
  if (location.pathname !== base.slice(0, -1)) return;
  history.replaceState(history.state, '', base + location.search + location.hash);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
