/** Types of `<belfry-inbox>`, for pages in TypeScript. Served beside the element as `/belfry-inbox.d.ts`. */

/** One entry of the inbox. Times are RFC 3339 strings. */
export interface BelfryItem {
  id: string;
  notification_id: string;
  title: string | null;
  /** Plain text. */
  message: string;
  sender: string | null;
  photo: string | null;
  actor: { name: string; photo_url?: string | null } | null;
  icon: string | null;
  subject: { kind: string; id: string; title?: string | null; url?: string | null } | null;
  /** How many notifications are stacked in it; at least 1. */
  count: number;
  destination: { url: string } | null;
  created_at: string;
  read_at: string | null;
}

export interface BelfryInboxEventMap {
  'belfry-unread': CustomEvent<{ count: number }>;
  'belfry-received': CustomEvent<{ item: BelfryItem }>;
  'belfry-open': CustomEvent<object>;
  'belfry-close': CustomEvent<object>;
  /** Cancelable: the page goes to `url` itself, or shows the item. */
  'belfry-open-item': CustomEvent<{ item: BelfryItem; url: string | undefined }>;
  /** Cancelable: nothing is done then. `item` is missing for `read-all`. */
  'belfry-action': CustomEvent<{
    action: 'read' | 'unread' | 'archive' | 'read-all';
    item: BelfryItem | undefined;
  }>;
  /** `status` is 0 when no answer came. */
  'belfry-error': CustomEvent<{ status: number; code: string; message: string }>;
}

export interface BelfryInboxElement extends HTMLElement {
  /** Gives a token of the person who looks at the page; asked again when one is refused. */
  getToken: (() => Promise<string | undefined> | string | undefined) | undefined;
  /** Texts that replace the element's own, by their names. */
  strings: Readonly<Record<string, string>>;
  open(): void;
  close(): void;
  refresh(): Promise<void>;
  markAllRead(): Promise<void>;
  addEventListener<K extends keyof BelfryInboxEventMap>(
    type: K,
    listener: (this: BelfryInboxElement, event: BelfryInboxEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

export interface BelfryInboxAttributes {
  /** Where Belfry is; where this script came from, if it is missing. */
  'base-url'?: string;
  layout?: 'popover' | 'panel' | 'page';
  theme?: 'inherit' | 'light' | 'dark';
  /** BCP 47; the language of the page, if it is missing. */
  locale?: string;
  placement?: 'bottom-end' | 'bottom-start' | 'top-end' | 'top-start';
  'page-size'?: number | string;
  token?: string;
}

declare global {
  interface HTMLElementTagNameMap {
    'belfry-inbox': BelfryInboxElement;
  }
}
