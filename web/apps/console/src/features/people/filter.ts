/** Pure: the filters of the list of people in the page's address. */

import { memberStatuses, type PeopleFilter } from '../../app/people';

/** The search of the address: the filters, and whether somebody is being added. */
export interface PeopleSearch extends PeopleFilter {
  add?: true;
}

const LONGEST = 200;

/** Keeps what it knows; what it does not know is dropped, so that an old link still opens the list. */
export function readSearch(raw: Record<string, unknown>): PeopleSearch {
  // The router reads a search of digits as a number, and people are looked for by numbers.
  const text = (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? String(value).trim().slice(0, LONGEST) : '';
  const q = text(raw.q);
  const group = text(raw.group);
  const status = memberStatuses.find((one) => one === raw.status);
  const device = raw.device === 'yes' || raw.device === 'no' ? raw.device : undefined;
  return {
    ...(q && { q }),
    ...(group && { group }),
    ...(status && { status }),
    ...(device && { device }),
    ...(raw.add === true && { add: true }),
  };
}

/** The filters without the rest of the address. */
export function filterOf({ q, group, status, device }: PeopleSearch): PeopleFilter {
  return { ...(q && { q }), ...(group && { group }), ...(status && { status }), ...(device && { device }) };
}

/** Whether anything is filtered at all. */
export const isFiltered = (filter: PeopleFilter): boolean => Object.keys(filter).length > 0;
