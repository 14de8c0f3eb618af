/** Draws the states of a personal link. Each says what is the matter and what can be done. Refuses to ask the server. */

import type { LinkPreview } from '@belfry/api';
import { h, icon, icons, initials, safeImage, set, setText, type Translate } from '@belfry/inbox';
import { onApplePhone, standalone } from '../browser';

export type LinkState =
  | { kind: 'loading' }
  | { kind: 'ready' | 'opening' | 'no-storage'; preview: LinkPreview }
  | { kind: 'invalid'; signedInTo: string[] }
  | { kind: 'too-many' | 'offline' | 'unreachable' };

export interface LinkPageOptions {
  t: Translate;
  locale: string;
  link: string;
  look(): void;
  open(): void;
  goTo(slug: string): void;
}

export interface LinkPage {
  element: HTMLElement;
  show(state: LinkState): void;
}

export function linkPage(options: LinkPageOptions): LinkPage {
  const { t } = options;
  const element = h('main', { class: 'sign-in link-page', id: 'main' });
  const said = h('p', { class: 'sr', role: 'status' });

  function show(state: LinkState): void {
    if (state.kind === 'opening') {
      // Drawn in place: the button that was pressed keeps its focus.
      const button = element.querySelector('[data-action="open-link"], [data-action="retry"]');
      button?.setAttribute('aria-disabled', 'true');
      if (button) setText(button, t('link.opening'));
      setText(said, t('link.opening'));
      return;
    }
    setText(said, state.kind === 'loading' ? t('link.loading') : '');
    element.replaceChildren(said, ...contents(state, options));
    if (state.kind !== 'loading') element.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }

  return { element, show };
}

function contents(state: LinkState, options: LinkPageOptions): HTMLElement[] {
  const { t, look, goTo } = options;
  const heading = (text: string): HTMLElement => h('h1', { tabindex: '-1' }, text);
  const sign = (path: string): HTMLElement => h('div', { class: 'emblem quiet' }, icon(path, 28));
  const press = (label: string, run: () => void, kind = 'primary'): HTMLElement =>
    h('button', { type: 'button', class: `button ${kind} wide`, onclick: run }, label);
  switch (state.kind) {
    case 'loading':
      return [h('div', { class: 'link-bones skeleton', 'aria-hidden': 'true' }, bone(), bone(), bone())];
    case 'ready':
    case 'opening':
    case 'no-storage':
      return ready(state, options);
    case 'invalid':
      return [
        sign(icons.key),
        heading(t('link.invalid_title')),
        h('p', { class: 'lead' }, t('link.invalid')),
        ...state.signedInTo.map((slug) =>
          h(
            'div',
            { class: 'card form' },
            h('p', {}, t('link.signed_in', { workspace: slug })),
            press(t('link.go', { workspace: slug }), () => goTo(slug)),
          ),
        ),
        h('p', { class: 'hint' }, t('link.invalid_ask')),
      ];
    default: {
      const key = state.kind === 'too-many' ? 'too_many' : state.kind;
      return [
        sign(state.kind === 'too-many' ? icons.alert : icons.offline),
        heading(t(`link.${key}_title`)),
        h('p', { class: 'lead' }, t(`link.${key}`)),
        h('div', { class: 'card form' }, set(press(t('link.retry'), look), { 'data-action': 'retry' })),
      ];
    }
  }
}

function ready(
  { kind, preview }: Extract<LinkState, { preview: LinkPreview }>,
  { t, locale, link, open }: LinkPageOptions,
): HTMLElement[] {
  const { name, workspace, organization } = preview;
  const until = new Intl.DateTimeFormat(locale, { dateStyle: 'long' }).format(new Date(preview.expires_at));
  return [
    emblem(workspace.icon, workspace.name),
    h('h1', { tabindex: '-1' }, t('link.title', { workspace: workspace.name, name })),
    organization.name === workspace.name
      ? h('span')
      : h('p', { class: 'lead' }, t('link.by', { organization: organization.name })),
    h(
      'div',
      { class: 'card form' },
      h('p', {}, t('link.what', { workspace: workspace.name })),
      kind === 'no-storage'
        ? h(
            'p',
            { class: 'field-error', role: 'alert' },
            icon(icons.alert, 16),
            h('span', {}, t('link.no_storage')),
          )
        : null,
      h(
        'button',
        { type: 'button', class: 'button primary wide', 'data-action': 'open-link', onclick: open },
        t('link.open', { workspace: workspace.name }),
      ),
      h('p', { class: 'hint' }, t('link.once', { name, until })),
    ),
    onApplePhone() && !standalone() ? homeScreen(t, link) : h('span'),
  ];
}

/** On an iPhone the application on the home screen has a sign-in of its own, and only there is push. */
function homeScreen(t: Translate, link: string): HTMLElement {
  const copied = h('p', { class: 'hint', role: 'status' });
  const copy = async (): Promise<void> => {
    const url = `${location.origin}/l/${link}`;
    await navigator.clipboard.writeText(url).then(
      () => setText(copied, t('link.copied')),
      () => setText(copied, url),
    );
  };
  return h(
    'details',
    { class: 'card form' },
    h('summary', {}, t('link.ios_title')),
    h(
      'ol',
      { class: 'steps' },
      h('li', {}, t('link.ios_1')),
      h('li', {}, t('link.ios_2')),
      h('li', {}, t('link.ios_3')),
    ),
    h('button', { type: 'button', class: 'button wide', onclick: () => void copy() }, t('link.copy')),
    copied,
  );
}

function emblem(url: string | null, name: string): HTMLElement {
  if (url && safeImage(url)) return h('img', { class: 'emblem', alt: '', src: url });
  return h('span', { class: 'emblem', 'aria-hidden': 'true' }, initials(name) || '•');
}

const bone = (): HTMLElement => h('span', { class: 'bone' });
