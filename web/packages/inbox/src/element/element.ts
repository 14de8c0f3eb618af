/**
 * `<belfry-inbox>`: the bell and the inbox of a person in any page. Owns the element's attributes, properties, methods and
 * events. Keeps nothing in the browser, and no token in a URL; what is shown is the session's.
 */

import { gathered } from '../frames';
import css from './element.css?inline';
import { type Session, startSession } from './session';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

type GetToken = () => Promise<string | undefined> | string | undefined;

export class BelfryInbox extends HTMLElement {
  static readonly observedAttributes = ['base-url', 'layout', 'locale', 'page-size', 'placement', 'token'];

  readonly #root = this.attachShadow({ mode: 'open' });
  #getToken: GetToken | undefined;
  #strings: Readonly<Record<string, string>> = {};
  #session: Session | undefined;
  /** Whether something was set that the session does not know yet. */
  #stale = true;
  readonly #soon = gathered(() => this.#stale && this.isConnected && this.#start());

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [sheet];
  }

  /** Gives a token of the person who looks at the page; asked again when one is refused. */
  get getToken(): GetToken | undefined {
    return this.#getToken;
  }
  set getToken(source: GetToken | undefined) {
    // Frameworks set a new function with every draw: only the first one is news.
    const news = !source !== !this.#getToken;
    this.#getToken = source;
    if (news) this.#begin();
  }

  /** Texts that replace the element's own, by their names. */
  get strings(): Readonly<Record<string, string>> {
    return this.#strings;
  }
  set strings(texts: Readonly<Record<string, string>>) {
    if (JSON.stringify(texts) === JSON.stringify(this.#strings)) return;
    this.#strings = texts;
    this.#begin();
  }

  /** Opens the popover; in another layout there is nothing to be opened. */
  open(): void {
    if (this.#stale && this.isConnected) this.#start();
    this.#toggle(true);
  }

  close(): void {
    this.#toggle(false);
  }

  #toggle(open: boolean): void {
    const panel = this.#session?.panel;
    if (panel?.popover) panel.togglePopover(open);
  }

  /** Reads the inbox anew; after a refused token it begins from the start. */
  async refresh(): Promise<void> {
    await this.#session?.refresh();
  }

  async markAllRead(): Promise<void> {
    await this.#session?.readAll();
  }

  connectedCallback(): void {
    // What was set before this script had come lies in front of the properties of the class.
    for (const name of ['getToken', 'strings'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      Object.assign(this, { [name]: value });
    }
    this.#begin();
  }

  disconnectedCallback(): void {
    this.#session?.end();
  }

  attributeChangedCallback(_: string, before: string | null, now: string | null): void {
    if (before !== now) this.#begin();
  }

  #begin(): void {
    this.#stale = true;
    this.#soon();
  }

  #start(): void {
    this.#stale = false;
    this.#session?.end();
    const given = (name: string): string => this.getAttribute(name) ?? '';
    const { lang } = this.closest<HTMLElement>('[lang]') ?? document.documentElement;
    this.#session = startSession(this.#root, {
      base: (given('base-url') || new URL(import.meta.url).origin).replace(/\/+$/, ''),
      token: this.#getToken || given('token') ? () => this.#getToken?.() ?? given('token') : undefined,
      layout: given('layout') || 'popover',
      placement: given('placement') || 'bottom-end',
      locale: given('locale') || lang || navigator.language,
      strings: this.#strings,
      limit: Number(given('page-size')) || 30,
      emit: (name, detail = {}, cancelable = false) =>
        this.dispatchEvent(
          new CustomEvent(`belfry-${name}`, { detail, cancelable, bubbles: true, composed: true }),
        ),
      again: () => this.#start(),
    });
  }
}

if (!customElements.get('belfry-inbox')) customElements.define('belfry-inbox', BelfryInbox);
