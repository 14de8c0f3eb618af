/** The face of an item: the actor's or sender's photo, else initials on one of eight quiet colours. */

import { safeImage } from './address';
import { h } from './dom';

/** At most two letters: of the first and the last word. Emoji and non-Latin scripts count as letters. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words[words.length - 1] ?? '') : '';
  return [first, last]
    .map((word) => [...word].find((c) => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(c)) ?? '')
    .join('')
    .toLocaleUpperCase();
}

/** The same name has the same colour everywhere. */
export function hue(name: string): number {
  let hash = 0;
  for (const c of name) hash = (hash * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return hash % 8;
}

/** Silent for assistive technology: the name stands beside it. A photo that cannot be loaded gives way to initials. */
export function avatar(name: string, photo: string | null | undefined, extra = ''): HTMLElement {
  const letters = (): HTMLElement =>
    h(
      'span',
      { class: `avatar hue-${hue(name)} ${extra}`, part: 'avatar', 'aria-hidden': 'true' },
      initials(name) || '•',
    );
  if (!photo || !safeImage(photo)) return letters();
  const image = h('img', {
    class: `avatar ${extra}`,
    part: 'avatar',
    alt: '',
    loading: 'lazy',
    decoding: 'async',
    referrerpolicy: 'no-referrer',
    src: photo,
  });
  image.addEventListener('error', () => image.replaceWith(letters()), { once: true });
  return image;
}
