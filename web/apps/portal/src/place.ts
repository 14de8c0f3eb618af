/**
 * Addresses of the portal: `/app/{ws}/` is the list, `/app/{ws}/items/{id}` an item. Owns reading and changing the
 * address bar, and the token in the fragment of a sign-in link, which never stays there.
 */

export interface Place {
  item?: string;
}

const [, , segment = ''] = location.pathname.split('/');

/** The id or slug in the address. */
export const workspace = decode(segment);
/** Begins every address of this workspace, and is the scope of its worker. */
export const base = `/app/${segment}/`;

export const itemUrl = (id: string): string => `${base}items/${encodeURIComponent(id)}`;

export function currentPlace(): Place {
  const match = location.pathname.slice(base.length).match(/^items\/([^/]+)/);
  return match?.[1] ? { item: decode(match[1]) } : {};
}

/** Goes to the list or an item without loading a page; `popstate` tells of the way back. */
export function go(place: Place): void {
  const url = place.item ? itemUrl(place.item) : base;
  if (url !== location.pathname) history.pushState({ inside: true }, '', url);
}

/** Takes the token out of `#token=…`; afterwards neither the address bar nor the history knows it. */
export function takeToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
  // The worker's scope ends with a slash, and so does the page it controls.
  const path = location.pathname === base.slice(0, -1) ? base : location.pathname;
  if (token !== undefined || path !== location.pathname) {
    history.replaceState(
      history.state,
      '',
      path + location.search + (token === undefined ? location.hash : ''),
    );
  }
  return token || undefined;
}

/** Reads what was pasted: a whole link or only the token. */
export function tokenOf(pasted: string): string {
  const text = pasted.trim();
  return new URLSearchParams(text.split('#')[1] ?? '').get('token') ?? text;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
