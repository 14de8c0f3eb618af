/**
 * Short messages over the page. Owns their time: they stay while the pointer or focus is on them. One live region
 * is there from the start, so that assistive technology announces what comes into it.
 */

import { h, icon, icons } from '@belfry/inbox';

export interface Toast {
  text: string;
  detail?: string;
  picture?: HTMLElement;
  action?: { label: string; run(): void };
  /** Called once, when it goes away without its action having been used. */
  gone?(): void;
  /** Milliseconds. */
  stays?: number;
}

const region = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
const MOST = 3;

/** Puts the region into the page. */
export const toastRegion = (): HTMLElement => region;

export function toast(options: Toast, dismissLabel: string): void {
  let timer: number | undefined;
  const end = (used: boolean): void => {
    if (!element.isConnected) return;
    clearTimeout(timer);
    element.remove();
    if (!used) options.gone?.();
  };
  const start = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => end(false), options.stays ?? 6_000);
  };
  const stop = (): void => clearTimeout(timer);
  const { action } = options;
  const element = h(
    'div',
    { class: 'toast', onpointerenter: stop, onpointerleave: start, onfocusin: stop, onfocusout: start },
    options.picture,
    h(
      'div',
      { class: 'toast-text' },
      h('p', { class: 'toast-title' }, options.text),
      options.detail ? h('p', { class: 'toast-detail' }, options.detail) : null,
    ),
    action
      ? h(
          'button',
          {
            type: 'button',
            class: 'text-button',
            onclick: () => {
              end(true);
              action.run();
            },
          },
          action.label,
        )
      : null,
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        'aria-label': dismissLabel,
        title: dismissLabel,
        onclick: () => end(false),
      },
      icon(icons.close, 16),
    ),
  );
  while (region.childElementCount >= MOST)
    region.firstElementChild?.querySelector<HTMLElement>('.icon-button')?.click();
  region.append(element);
  start();
}
