/** The field that looks through the inbox. Owns waiting until typing pauses; refuses to know what is found. */

import { h, icon, icons, type Translate } from '@belfry/inbox';

export interface SearchField {
  element: HTMLElement;
  focus(): void;
  /** What is being looked for, for a field that nobody types in. */
  show(query: string): void;
}

const PAUSE = 300;
const LONGEST = 100;

export function searchField(t: Translate, search: (query: string) => void): SearchField {
  let timer: number | undefined;
  let said = '';
  const say = (): void => {
    clearTimeout(timer);
    const query = input.value.trim();
    clear.hidden = input.value === '';
    if (query === said) return;
    said = query;
    search(query);
  };
  const empty = (): void => {
    input.value = '';
    say();
  };
  const input = h('input', {
    type: 'search',
    class: 'search-input',
    placeholder: t('inbox.search'),
    'aria-label': t('inbox.search'),
    maxlength: LONGEST,
    autocomplete: 'off',
    enterkeyhint: 'search',
    oninput: () => {
      clear.hidden = input.value === '';
      clearTimeout(timer);
      timer = window.setTimeout(say, PAUSE);
    },
    onkeydown: (event) => {
      if ((event as KeyboardEvent).key !== 'Escape') return;
      event.stopPropagation();
      event.preventDefault();
      if (input.value) empty();
      else input.blur();
    },
  });
  const clear = h(
    'button',
    {
      type: 'button',
      class: 'icon-button search-clear',
      'aria-label': t('inbox.search_clear'),
      title: t('inbox.search_clear'),
      hidden: true,
      onclick: () => {
        empty();
        input.focus();
      },
    },
    icon(icons.close, 16),
  );
  const element = h(
    'form',
    {
      class: 'search',
      role: 'search',
      onsubmit: (event) => {
        event.preventDefault();
        say();
      },
    },
    icon(icons.search, 16),
    input,
    clear,
  );
  return {
    element,
    focus: () => {
      input.focus();
      input.select();
    },
    show(query) {
      if (document.activeElement === input) return;
      said = query;
      input.value = query;
      clear.hidden = query === '';
    },
  };
}
