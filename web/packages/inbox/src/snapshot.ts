/** What the inbox store takes and gives. Types only. */

import type { ApiError, Item } from '@belfry/api';

export type Filter = 'all' | 'unread' | 'archived';
export type Loading = 'idle' | 'loading' | 'failed';

/** What is to be shown; a new object after every change. */
export interface Snapshot {
  readonly filter: Filter;
  /** What is searched for; empty when nothing is. */
  readonly query: string;
  /** Newest first. In `unread`, what was read since the list was opened stays until the filter is chosen again. */
  readonly items: readonly Item[];
  readonly unread: number;
  /** Whether the list was loaded at least once with this filter. */
  readonly loaded: boolean;
  readonly loading: Loading;
  readonly hasMore: boolean;
  readonly loadingMore: Loading;
  /** Whether the items are not the newest: those of an earlier visit, or far below in a long list. */
  readonly stale: boolean;
}

/** What the store tells besides its snapshot. */
export interface StoreEvents {
  /** At most once per frame of the screen, however much came. */
  changed(snapshot: Snapshot): void;
  /** A live item that was not there, or not unread, before. */
  received(item: Item): void;
  /** A change could not be saved and was put back, or a list could not be read. */
  failed(error: ApiError): void;
}

export interface StoreOptions {
  /** Items of a page. */
  limit?: number;
  now?: () => Date;
  /** Waits about so many milliseconds. */
  pause?: (time: number) => Promise<void>;
}

/** One list inside the store. */
export interface List {
  readonly filter: Filter;
  readonly query: string;
  ids: string[];
  next: string | null;
  /** When the last item of the last page came, the oldest of the list then. */
  end: string;
  loadingMore: Loading;
  loaded?: boolean;
  failed?: boolean;
  stale?: boolean;
  /** Which of the items the reader sees first. */
  at: number;
  /** What is above these items is not kept: it is read again when the reader comes to the top. */
  cut?: boolean;
  /** The reading that goes on, and whether what it reads may be too old already. */
  reading?: Promise<void> | undefined;
  again?: boolean;
}
