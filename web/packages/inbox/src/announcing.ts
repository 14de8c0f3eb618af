/**
 * What comes, said aloud by its number: soon after the first, and then once in a few seconds however much it is, so that
 * a storm does not keep a screen reader from everything else. Owns the time; the words are the caller's.
 */

/** What comes in this time is said together. */
const SOON = 1_000;
/** Long enough to be heard to its end, and something else in between. */
const BREATH = 5_000;

/** Gives what is called with each one. `say` with no number takes the words back, so that the same can be said again. */
export function announcing<T>(say: (count: number, last: T) => void): (one: T) => void {
  let count = 0;
  let last: T;
  let waits = false;
  const next = (): void => {
    waits = count > 0;
    if (waits) setTimeout(next, BREATH);
    say(count, last);
    count = 0;
  };
  return (one) => {
    count += 1;
    last = one;
    if (!waits) setTimeout(next, SOON);
    waits = true;
  };
}
