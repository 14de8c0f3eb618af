/** Pure: how fast an import goes and how long it will take, from what was seen of it so far. */

export interface Seen {
  /** Milliseconds of some clock. */
  at: number;
  done: number;
}

export interface Pace {
  /** Rows per second. */
  rate: number;
  /** Seconds. */
  left: number;
}

/** Seconds that count: what was long ago says little of now. */
const WINDOW_MS = 10_000;
/** Before that, a guess would jump about. */
const LEAST_MS = 1_500;

/** Adds what is seen now. Going backwards means that it began anew. */
export function see(seen: readonly Seen[], now: Seen): Seen[] {
  const last = seen.at(-1);
  const kept = last && now.done < last.done ? [] : seen;
  return [...kept.filter((one) => now.at - one.at <= WINDOW_MS), now];
}

/** Null until there is enough to tell. */
export function paceOf(seen: readonly Seen[], of: number): Pace | null {
  const first = seen[0];
  const last = seen.at(-1);
  if (!first || !last || last.at - first.at < LEAST_MS || last.done <= first.done) return null;
  const rate = ((last.done - first.done) / (last.at - first.at)) * 1000;
  return { rate, left: Math.max(0, of - last.done) / rate };
}
