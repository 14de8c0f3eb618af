/** Pure: which field a JSON pointer means, and which faults stand in the summary. */

import type { Fault } from '@belfry/api/console';

export interface FieldFault {
  /** As `@mantine/form` names it: `groups.0`; empty for the whole. */
  field: string;
  text: string;
}

/** `/groups/0/key` → `groups.0.key` (RFC 6901 §4 for `~0` and `~1`). */
export function fieldOf(pointer: string, named: Readonly<Record<string, string>> = {}): string {
  const own = named[pointer];
  if (own !== undefined) return own;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

/** One line per fault, in the order of the server. */
export function assignFaults(
  faults: readonly Fault[],
  named: Readonly<Record<string, string>> | undefined,
  words: (fault: Fault) => string,
): FieldFault[] {
  return faults.map((fault) => ({ field: fieldOf(fault.pointer, named), text: words(fault) }));
}
