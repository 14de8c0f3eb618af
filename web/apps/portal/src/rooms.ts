/**
 * Settings, help and the sheet of shortcuts: loaded when somebody goes there, kept out of the first load. Owns loading
 * them and their place in the page.
 */

import { h, icons } from '@belfry/inbox';
import type { Account } from './account';
import type { Context } from './context';
import type { Room } from './place';
import type { PushDesk } from './push-desk';
import type { SignInReason } from './sign-in';
import { skeleton, state } from './states';
import type { Toast } from './toasts';

export interface RoomActions {
  desk(): Promise<PushDesk>;
  say(text: string, extra?: Partial<Toast>): void;
  back(): void;
  visit(room: Room): void;
  /** Ends when the page is drawn anew. */
  changed(me: Account): Promise<void>;
  end(reason: SignInReason): void;
  signOut(): void;
}

/** What a room is to the page around it. */
export interface RoomView {
  element: HTMLElement;
  /** The state of push is another one. */
  showPush(): void;
}

type Loaded = Awaited<ReturnType<typeof import('./rooms/entry')['furnish']>>;

export class Rooms {
  readonly element = h('div', { class: 'room', hidden: true });
  readonly #context: Context;
  readonly #actions: RoomActions;
  #loaded: Promise<Loaded> | undefined;
  #room: Room | undefined;
  #view: RoomView | undefined;
  /** The field that had focus before the page was drawn anew. */
  #field: string | undefined;

  constructor(context: Context, actions: RoomActions, field?: string) {
    this.#context = context;
    this.#actions = actions;
    this.#field = field;
  }

  /** Shows a room, or none; says whether one was left. */
  show(room: Room | undefined): boolean {
    const left = this.#room !== undefined && room === undefined;
    if (room === this.#room) return false;
    this.#room = room;
    this.#view = undefined;
    this.element.hidden = room === undefined;
    this.element.replaceChildren();
    if (room) void this.#enter(room);
    return left;
  }

  showPush(): void {
    this.#view?.showPush();
  }

  async showKeys(): Promise<void> {
    (await this.#load().catch(() => undefined))?.keys();
  }

  /** Sends a test to this browser and says what came of it. */
  async test(): Promise<void> {
    (await this.#load().catch(() => undefined))?.test();
  }

  async #enter(room: Room): Promise<void> {
    const { t } = this.#context;
    this.element.replaceChildren(skeleton(3, t('portal.loading')));
    try {
      const loaded = await this.#load();
      if (this.#room !== room) return;
      this.#view = loaded[room]();
      this.element.replaceChildren(this.#view.element);
      const field = this.#field && this.element.querySelector<HTMLElement>(`#${this.#field}`);
      this.#field = undefined;
      if (field) field.focus();
      else {
        scrollTo({ top: 0 });
        this.element.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
      }
    } catch {
      if (this.#room !== room) return;
      const action = { label: t('portal.retry'), run: () => void this.#enter(room) };
      this.element.replaceChildren(
        state({
          picture: icons.offline,
          heading: 'h1',
          title: t('portal.room_failed'),
          text: t('inbox.failed'),
          action,
        }),
      );
    }
  }

  #load(): Promise<Loaded> {
    this.#loaded ??= import('./rooms/entry').then(({ furnish }) => furnish(this.#context, this.#actions));
    // A connection that was away is tried again.
    this.#loaded.catch(() => {
      this.#loaded = undefined;
    });
    return this.#loaded;
  }
}
