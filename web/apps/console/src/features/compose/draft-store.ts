/**
 * One draft and how it gets to the server. Owns saving by itself a moment after the last key, the copy in this browser
 * that outlives reloads, ended sessions and a server that is away, and finding out that somebody else changed the draft
 * meanwhile. Refuses to choose between two versions: that is asked. Knows nothing of React or of fetch.
 */

import { type DraftFields, Problem } from '@belfry/api/console';
import type { Kept } from './kept';
import { BLANK, changes, differences, fieldsOf, type KnownDraft, type Writing, writingOf } from './writing';

/** How long nothing is typed before it is saved. */
const PAUSE_MS = 700;
/** Somebody who types without a pause is saved as well. */
const AT_LEAST_EVERY_MS = 5_000;
const RETRY_MS = [2_000, 4_000, 8_000, 15_000];

export interface DraftCalls {
  load(id: string): Promise<KnownDraft>;
  create(fields: DraftFields): Promise<KnownDraft>;
  change(id: string, fields: DraftFields & { revision: number }): Promise<KnownDraft>;
}

export interface KeptPlace {
  get(id: string | null): Kept | null;
  set(id: string | null, kept: Kept): void;
  remove(id: string | null): void;
}

/**
 * `blank`: nothing was written yet · `unsaved`: will be saved in a moment · `away`: no answer came, it is tried again ·
 * `refused`: the server does not take it as it is · `conflict`: there are two versions · `gone`: it is no draft any more.
 */
export type SaveState =
  | 'loading'
  | 'failed'
  | 'blank'
  | 'unsaved'
  | 'saving'
  | 'saved'
  | 'away'
  | 'refused'
  | 'conflict'
  | 'gone';

export interface DraftState {
  id: string | null;
  state: SaveState;
  writing: Writing;
  /** The last one that the server confirmed; 0 before the first. */
  revision: number;
  /** When the server confirmed last, RFC 3339. */
  savedAt: string | null;
  /** In a conflict: the version on the server. */
  theirs: KnownDraft | null;
  problem: unknown;
  /** Was put back from this browser when the page was opened. */
  restored: boolean;
}

export class DraftStore {
  #state: DraftState;
  /** What the server has. */
  #base: Writing = BLANK;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitingSince: number | undefined;
  #running: Promise<void> | undefined;
  #attempt = 0;
  #started = false;
  #closed = true;
  readonly #listeners = new Set<() => void>();
  /** The address has named this draft; until then it may still be without an id. */
  addressed = false;

  constructor(
    id: string | null,
    private readonly calls: DraftCalls,
    private readonly kept: KeptPlace,
    private readonly now: () => number = Date.now,
  ) {
    this.#state = {
      id,
      state: id ? 'loading' : 'blank',
      writing: BLANK,
      revision: 0,
      savedAt: null,
      theirs: null,
      problem: null,
      restored: false,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): DraftState => this.#state;

  /** Asks for the draft, and puts back what this browser kept of it. */
  async load(): Promise<void> {
    const { id } = this.#state;
    if (!id) return;
    this.#set({ state: 'loading', problem: null });
    try {
      const draft = await this.calls.load(id);
      // Read first: what the server confirms is taken out of this browser.
      const kept = this.kept.get(id);
      this.#base = writingOf(draft);
      this.#confirm(draft, this.#base);
      if (kept) this.#restore(kept, draft);
    } catch (problem) {
      this.#set({ state: problem instanceof Problem && isGone(problem) ? 'gone' : 'failed', problem });
    }
  }

  /** Takes what was typed. It is in this browser at once and at the server after a pause. */
  change(patch: Partial<Writing>): void {
    const writing = { ...this.#state.writing, ...patch };
    if (differences(writing, this.#state.writing).length === 0) return;
    if (this.#state.state === 'conflict' || this.#state.state === 'gone') {
      this.#set({ writing });
      this.#keep();
      return;
    }
    const same = differences(writing, this.#base).length === 0 && !this.#running;
    this.#set({ writing, state: same ? (this.#state.id ? 'saved' : 'blank') : 'unsaved', problem: null });
    if (same) {
      this.kept.remove(this.#state.id);
      this.#stop();
    } else {
      this.#keep();
      this.#schedule(PAUSE_MS);
    }
  }

  /** Saves what is left and answers with the revision that holds it; throws what keeps it from that. */
  async settle(): Promise<{ id: string; revision: number }> {
    this.#stop();
    await this.#running;
    if (differences(this.#state.writing, this.#base).length > 0 || !this.#state.id) await this.#save();
    const { id, revision, state, problem } = this.#state;
    if (state !== 'saved' || !id) throw problem ?? new Error(`the draft is ${state}`);
    return { id, revision };
  }

  /** The server answers again, or somebody pressed Retry. */
  retry(): void {
    if (this.#state.state === 'away' || this.#state.state === 'refused') {
      this.#stop();
      void this.#save();
    } else if (this.#state.state === 'failed') {
      void this.load();
    }
  }

  /** In a conflict: the version of this page replaces the one on the server. */
  keepMine(): void {
    const { theirs } = this.#state;
    if (!theirs) return;
    this.#base = writingOf(theirs);
    this.#set({ revision: theirs.revision, theirs: null, state: 'unsaved' });
    this.#keep();
    void this.#save();
  }

  /** In a conflict: this page shows the version on the server. */
  takeTheirs(): void {
    const { theirs, id } = this.#state;
    if (!theirs) return;
    this.#base = writingOf(theirs);
    this.#confirm(theirs, this.#base);
    this.kept.remove(id);
  }

  /** Back from the undo, or left to the notification: what this browser kept is not needed any more. */
  forget(): void {
    this.#stop();
    this.kept.remove(this.#state.id);
  }

  /** Sending found that another version is on the server than the one on this page. */
  meet(theirs: unknown): void {
    if (isDraft(theirs)) this.#set({ state: 'conflict', theirs });
  }

  /** Begins; called again, it goes on after `close`. */
  open(): void {
    this.#closed = false;
    if (this.#started) {
      if (this.#state.state === 'unsaved') this.#schedule(PAUSE_MS);
      return;
    }
    this.#started = true;
    if (this.#state.id) void this.load();
    else this.#restoreNew();
  }

  /** The page is left. What is not saved stays in this browser, and one last try is made. */
  close(): void {
    const { state, id } = this.#state;
    this.#stop();
    this.#closed = true;
    if (state !== 'unsaved') return;
    void this.#save();
    // It is on its way: the next new notification begins empty. If it does not arrive, it is kept again.
    if (!id) this.kept.remove(null);
  }

  #restoreNew(): void {
    const kept = this.kept.get(null);
    if (!kept || differences(kept.writing, BLANK).length === 0) return;
    this.#set({ writing: kept.writing, state: 'unsaved', restored: true });
    this.#schedule(PAUSE_MS);
  }

  #restore(kept: Kept, draft: KnownDraft): void {
    if (differences(kept.writing, this.#base).length === 0) return;
    if (kept.revision === draft.revision) {
      this.#set({ writing: kept.writing, state: 'unsaved', restored: true });
      this.#schedule(PAUSE_MS);
    } else {
      this.#set({ writing: kept.writing, state: 'conflict', theirs: draft, restored: true });
    }
    this.kept.set(draft.id, kept);
  }

  #schedule(wait: number): void {
    clearTimeout(this.#timer);
    this.#waitingSince ??= this.now();
    const longest = this.#waitingSince + AT_LEAST_EVERY_MS - this.now();
    this.#timer = setTimeout(() => void this.#save(), Math.max(Math.min(wait, longest), 0));
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitingSince = undefined;
  }

  /** One call at a time: a second one waits for the revision of the first. */
  #save(): Promise<void> {
    this.#stop();
    this.#running ??= this.#send().finally(() => {
      this.#running = undefined;
      if (this.#state.state === 'unsaved' && !this.#closed) this.#schedule(PAUSE_MS);
    });
    return this.#running;
  }

  async #send(): Promise<void> {
    const sent = this.#state.writing;
    const { id, revision } = this.#state;
    this.#set({ state: 'saving', problem: null });
    try {
      const draft = id
        ? await this.calls.change(id, { revision, ...changes(this.#base, sent) })
        : await this.calls.create(fieldsOf(sent));
      this.#attempt = 0;
      this.#base = sent;
      if (!id) this.kept.remove(null);
      this.#confirm(draft, this.#state.writing);
    } catch (problem) {
      this.#fail(problem);
    }
  }

  /** The server has `base`; `writing` is what the page shows by now. */
  #confirm(draft: KnownDraft, writing: Writing): void {
    const saved = differences(writing, this.#base).length === 0;
    this.#set({
      id: draft.id,
      revision: draft.revision,
      savedAt: draft.updated_at,
      writing,
      theirs: null,
      problem: null,
      state: saved ? 'saved' : 'unsaved',
    });
    if (saved) this.kept.remove(draft.id);
    else this.#keep();
  }

  #fail(problem: unknown): void {
    const known = problem instanceof Problem ? problem : undefined;
    if (known?.code === 'revision_conflict' && isDraft(known.document.current)) {
      this.#set({ state: 'conflict', theirs: known.document.current, problem });
    } else if (known && isGone(known)) {
      this.#set({ state: 'gone', problem });
    } else if (
      known &&
      known.status >= 400 &&
      known.status < 500 &&
      ![401, 408, 429].includes(known.status)
    ) {
      this.#set({ state: 'refused', problem });
    } else {
      this.#set({ state: 'away', problem });
      const wait = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)];
      this.#attempt += 1;
      if (!this.#closed) this.#timer = setTimeout(() => void this.#save(), wait);
    }
    this.#keep();
  }

  #keep(): void {
    const { id, revision, writing } = this.#state;
    this.kept.set(id, { revision, writing, at: this.now() });
  }

  #set(patch: Partial<DraftState>): void {
    this.#state = { ...this.#state, ...patch };
    for (const listener of this.#listeners) listener();
  }
}

const isGone = (problem: Problem): boolean => problem.status === 404 || problem.code === 'not_a_draft';

function isDraft(value: unknown): value is KnownDraft {
  return typeof value === 'object' && value !== null && 'id' in value && 'revision' in value;
}
