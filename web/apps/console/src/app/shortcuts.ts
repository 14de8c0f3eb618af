/**
 * Keys that work on a whole page. Owns listening, sequences such as `g p`, and the list that `?` shows. Refuses keys
 * while somebody types, and while a dialog is open.
 */

import { useEffect, useRef } from 'react';

export interface Shortcut {
  /** One key or two after another, as `KeyboardEvent.key` names them: `c`, `/`, `g p`. */
  keys: string;
  /** What it does, in words. */
  label: string;
  group: 'everywhere' | 'page';
}

interface Registered extends Shortcut {
  run: () => void;
}

/** How long the second key of a sequence may take. */
const PATIENCE_MS = 1_200;

const registered = new Set<Registered>();
let first: { key: string; at: number } | undefined;

/** What works at this moment, in the order in which it was registered. */
export const activeShortcuts = (): Shortcut[] => [...registered];

/** Which of `shortcuts` a key means, given the key before it. Pure. */
export function match<T extends Shortcut>(
  shortcuts: Iterable<T>,
  key: string,
  before: string | undefined,
): T | 'begins' | undefined {
  let begins = false;
  let alone: T | undefined;
  for (const one of shortcuts) {
    if (before !== undefined && one.keys === `${before} ${key}`) return one;
    if (one.keys === key) alone = one;
    if (one.keys.startsWith(`${key} `)) begins = true;
  }
  return alone ?? (begins ? 'begins' : undefined);
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector('[aria-modal="true"]')) return;
  const before = first && event.timeStamp - first.at < PATIENCE_MS ? first.key : undefined;
  first = undefined;
  const found = match(registered, event.key, before);
  if (found === 'begins') {
    first = { key: event.key, at: event.timeStamp };
  } else if (found) {
    event.preventDefault();
    found.run();
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Makes a key work while the component is there. */
export function useShortcut(
  keys: string,
  label: string,
  run: () => void,
  group: Shortcut['group'] = 'page',
): void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const one: Registered = { keys, label, group, run: () => latest.current() };
    if (registered.size === 0) document.addEventListener('keydown', onKey);
    registered.add(one);
    return () => {
      registered.delete(one);
      if (registered.size === 0) document.removeEventListener('keydown', onKey);
    };
  }, [keys, label, group]);
}
