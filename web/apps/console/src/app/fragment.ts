/** Tokens in the fragment of a link: a server never sees them in an address, and no history keeps them. */

/** Takes the token out of `#…`; afterwards the address bar does not know it. Later calls in this tab give the same. */
export function takeToken(page: string): string {
  const key = `belfry.token.${page}`;
  const token = decodeURIComponent(location.hash.slice(1)).replace(/^token=/, '');
  if (!token) return kept.get(key) ?? '';
  kept.set(key, token);
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}

const kept = new Map<string, string>();
