/**
 * Short messages over the page. Owns their time: they stay while the pointer or focus is on them, and while nobody sees
 * the page. A live region is there from the start, so that assistive technology announces what comes.
 */

import { h, icon, icons, setText } from '@belfry/inbox';

export interface Toast {
  text: string;
  detail?: string;
  picture?: HTMLElement;
  action?: { label: string; run(): void };
  /** Called once, when it goes away without its action having been used. */
  gone?(): void;
  /** Milliseconds. */
  stays?: number;
  /** A toast with the same key is changed instead of adding another. */
  key?: string;
  /** The item that it is about. */
  item?: string;
  /** It is said aloud elsewhere, with what else came. */
  quiet?: boolean;
}

const region = h('section', { class: 'toasts' });
/** What is said aloud. Apart from what is seen: a region that is read as a whole would say every toast again. */
const said = h('p', { class: 'sr', role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true' });
const MOST = 3;

/** Puts the regions into the page. */
export const toastRegion = (label: string): HTMLElement => {
  region.setAttribute('aria-label', label);
  return h('div', {}, region, said);
};

const close = (element: Element): void =>
  element.querySelector<HTMLElement>('[data-action="dismiss"]')?.click();

/** Takes all of them away; what they would still have done is done. */
export function clearToasts(): void {
  for (const element of [...region.children]) close(element);
}

/** Takes the one with this key away without a word: what it would have done has been done. */
export function dropToast(key: string): void {
  region.querySelector(`[data-key="${CSS.escape(key)}"]`)?.dispatchEvent(new Event('dropped'));
}

/** Takes away those about items that are no news any more. */
export function keepToasts(isNews: (item: string) => boolean): void {
  for (const element of region.querySelectorAll<HTMLElement>('[data-item]')) {
    if (!isNews(element.dataset.item ?? '')) close(element);
  }
}

export const speak = (text: string): void => setText(said, text);

export function toast(options: Toast, dismissLabel: string): void {
  const { action, key, text, quiet } = options;
  const same = key && region.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (same) {
    const title = same.querySelector('.toast-title');
    const detail = same.querySelector('.toast-detail');
    if (title) setText(title, text);
    if (detail && options.detail) setText(detail, options.detail);
    if (!quiet) speak(text);
    same.dispatchEvent(new Event('changed'));
    return;
  }
  let timer: number | undefined;
  const life = new AbortController();
  const end = (used: boolean): void => {
    if (life.signal.aborted) return;
    life.abort();
    clearTimeout(timer);
    element.remove();
    if (!used) options.gone?.();
  };
  const start = (): void => {
    clearTimeout(timer);
    const held = element.matches(':hover, :focus-within') || document.visibilityState === 'hidden';
    if (!held) timer = window.setTimeout(() => end(false), options.stays ?? 6_000);
  };
  const stop = (): void => clearTimeout(timer);
  const dismiss = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'data-action': 'dismiss',
      'aria-label': dismissLabel,
      title: dismissLabel,
      onclick: () => end(false),
    },
    icon(icons.close, 16),
  );
  const element = h(
    'div',
    {
      class: 'toast',
      'data-key': key,
      'data-item': options.item,
      onpointerenter: stop,
      onpointerleave: () => setTimeout(start),
      onfocusin: stop,
      onfocusout: () => setTimeout(start),
      onchanged: start,
      ondropped: () => end(true),
    },
    options.picture,
    h(
      'div',
      { class: 'toast-text' },
      h('p', { class: 'toast-title' }, text),
      options.detail ? h('p', { class: 'toast-detail' }, options.detail) : null,
    ),
    action
      ? h(
          'button',
          {
            type: 'button',
            class: 'text-button',
            'data-action': 'toast',
            onclick: () => {
              end(true);
              action.run();
            },
          },
          action.label,
        )
      : null,
    dismiss,
  );
  document.addEventListener('visibilitychange', start, { signal: life.signal });
  // What can still be undone is never pushed out by news.
  const passing = [...region.children].filter((one) => !one.hasAttribute('data-held'));
  if (options.gone) element.dataset.held = '';
  else if (passing[0] && passing.length >= MOST) close(passing[0]);
  region.append(element);
  if (!quiet) speak(text);
  start();
}
