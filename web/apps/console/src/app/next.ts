/** Where to go after signing in. */

/** A path of this site; anything that a browser could read as another site becomes `/`. */
export function safeNext(next: string | undefined): string {
  if (!next?.startsWith('/') || /^\/[/\\]/.test(next) || /[\t\n\r]/.test(next)) return '/';
  return next.startsWith('/sign-in') ? '/' : next;
}
