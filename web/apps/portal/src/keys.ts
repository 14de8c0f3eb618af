/**
 * Shortcuts of one key. Owns which key does what, and the reader's wish to have none (WCAG 2.1.4: whoever dictates or
 * uses a switch must not set them off by chance). Refuses to act while something is typed or a dialog is open.
 */

export interface KeyActions {
  next(): void;
  previous(): void;
  archive(): void;
  toggleRead(): void;
  remove(): void;
  search(): void;
  help(): void;
  back(): void;
}

/** What is pressed, what it does, and how the sheet says it. `Enter` is the link's own. */
export const shortcuts: readonly { keys: readonly string[]; action: keyof KeyActions | 'open' }[] = [
  { keys: ['j'], action: 'next' },
  { keys: ['k'], action: 'previous' },
  { keys: ['Enter'], action: 'open' },
  { keys: ['u'], action: 'toggleRead' },
  { keys: ['e'], action: 'archive' },
  { keys: ['#'], action: 'remove' },
  { keys: ['/'], action: 'search' },
  { keys: ['Escape'], action: 'back' },
  { keys: ['?'], action: 'help' },
];

const SETTING = 'belfry-keys';

export function keysOn(): boolean {
  try {
    return localStorage.getItem(SETTING) !== 'off';
  } catch {
    return true;
  }
}

export function setKeys(on: boolean): void {
  try {
    localStorage.setItem(SETTING, on ? 'on' : 'off');
  } catch {
    // Without storage they stay as they are.
  }
}

/** The action of a key press, or nothing. */
export function actionOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'repeat'>,
): keyof KeyActions | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  const found = shortcuts.find(({ keys }) => keys.includes(event.key));
  const action = found?.action;
  if (!action || action === 'open') return undefined;
  // A key that is held moves on; it must not empty the inbox.
  return event.repeat && action !== 'next' && action !== 'previous' ? undefined : action;
}

export function listenToKeys(actions: KeyActions, signal: AbortSignal): void {
  const pressed = (event: KeyboardEvent): void => {
    const target = event.target as Element;
    if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
    if (target.closest('input, textarea, select, [contenteditable]')) return;
    const action = actionOf(event);
    // Going back is what Escape means everywhere; an open menu has it first.
    if (!action || (action === 'back' ? document.querySelector(':popover-open') : !keysOn())) return;
    event.preventDefault();
    actions[action]();
  };
  document.addEventListener('keydown', pressed, { signal });
}
