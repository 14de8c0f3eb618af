/** What somebody types or pastes as an origin. Pure. */

/** The origin of an address (`https://Shop.example/cart` becomes `https://shop.example`); null where there is none. */
export function originOf(typed: string): string | null {
  const text = typed.trim();
  // A name alone is meant as HTTPS; only what runs on this machine has no need of it.
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  try {
    const { origin, protocol, hostname, username } = new URL(address);
    if (!['https:', 'http:'].includes(protocol) || !hostname || username) return null;
    return origin;
  } catch {
    return null;
  }
}
