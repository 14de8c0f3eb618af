/** Pieces that rooms are made of. Each owns its element; what is pressed is handed on. */

import { h, icon, icons } from '@belfry/inbox';
import type { RoomContext } from './entry';

export function roomHead({ t, back }: Pick<RoomContext, 't' | 'back'>, title: string): HTMLElement {
  return h(
    'div',
    { class: 'room-head' },
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button flip',
        'data-action': 'back',
        'aria-label': t('item.back'),
        title: t('item.back'),
        onclick: back,
      },
      icon(icons.back),
    ),
    h('h1', { tabindex: '-1' }, title),
  );
}

let sections = 0;

export function section(
  title: string,
  hint: string | null,
  ...children: (HTMLElement | null)[]
): HTMLElement {
  const id = `section-${++sections}`;
  return h(
    'section',
    { class: 'room-section', 'aria-labelledby': id },
    h('h2', { id }, title),
    hint ? h('p', { class: 'section-hint' }, hint) : null,
    h('div', { class: 'card settings-card' }, ...children),
  );
}

export interface DialogOptions {
  title: string;
  text: string;
  cancel: string;
  confirm: string;
  /** What has to be typed before it is done; nothing for what can be taken back by somebody. */
  typed?: { label: string; value: string };
  /** Answers with what went wrong, or nothing when it worked. */
  run(): Promise<string | undefined>;
}

/** Asks before what cannot be undone. The answer that changes nothing has the focus. */
export function ask({ title, text, cancel, confirm, typed, run }: DialogOptions): void {
  const input = typed
    ? h('input', { id: 'typed', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false' })
    : null;
  const error = h('p', { class: 'field-error', role: 'alert' });
  const button = h('button', { type: 'submit', class: 'button danger' }, confirm);
  const ready = (): boolean => !typed || input?.value.trim() === typed.value;
  const look = (): void => {
    button.setAttribute('aria-disabled', String(!ready()));
  };
  input?.addEventListener('input', look);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!ready() || button.dataset.working) {
      input?.focus();
      return;
    }
    button.dataset.working = 'true';
    button.setAttribute('aria-disabled', 'true');
    const failed = await run();
    delete button.dataset.working;
    if (failed === undefined) {
      dialog.close();
      return;
    }
    error.replaceChildren(icon(icons.alert, 16), h('span', {}, failed));
    look();
  };
  const dialog = h(
    'dialog',
    { class: 'sheet', 'aria-labelledby': 'ask-heading', onclose: () => dialog.remove() },
    h(
      'form',
      { class: 'form', method: 'dialog', novalidate: true, onsubmit: (event) => void submit(event) },
      h('h2', { id: 'ask-heading' }, title),
      h('p', {}, text),
      typed ? h('label', { for: 'typed' }, typed.label) : null,
      input,
      error,
      h(
        'div',
        { class: 'sheet-actions' },
        h('button', { type: 'button', class: 'button', onclick: () => dialog.close() }, cancel),
        button,
      ),
    ),
  );
  look();
  document.body.append(dialog);
  dialog.showModal();
}
