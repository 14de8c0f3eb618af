/** Which addresses an item may lead to or show. Pure. */

/** Web, mail and telephone links, and paths of this server. */
export function safeLink(url: string): boolean {
  return /^(?:https?:\/\/|mailto:|tel:|\/(?![/\\])|#)/i.test(url.trim()) && !hasControls(url);
}

/** Pictures by https, from this server, or from the developer's own machine. */
export function safeImage(url: string): boolean {
  return (
    /^(?:https:\/\/|http:\/\/(?:localhost|127\.0\.0\.1)[:/]|\/(?![/\\]))/i.test(url.trim()) &&
    !hasControls(url)
  );
}

/** Browsers drop tabs and line ends inside URLs, which could hide a scheme. */
function hasControls(url: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\0-\x1f]/.test(url);
}
