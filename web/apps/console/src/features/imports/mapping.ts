/** Pure: which column of a file holds which field. Each field stands in one column, each column holds one field. */

import type { Import, ImportField } from '@belfry/api/console';

export type Mapping = Import['mapping'];

/** In the order in which they are offered. */
export const importFields: readonly ImportField[] = [
  'name',
  'given_name',
  'family_name',
  'email',
  'external_id',
  'groups',
  'locale',
  'time_zone',
  'kind',
];

export const asField = (value: string | null): ImportField | null =>
  importFields.find((one) => one === value) ?? null;

/** What the column holds; null where it is not imported. */
export function fieldOf(mapping: Mapping, column: number): ImportField | null {
  return importFields.find((field) => mapping[field] === column) ?? null;
}

/** With `field` in `column`: what stood in that column and where the field stood before is not imported any more. */
export function assign(mapping: Mapping, column: number, field: ImportField | null): Mapping {
  const kept = Object.entries(mapping).filter(([name, index]) => index !== column && name !== field);
  return { ...Object.fromEntries(kept), ...(field && { [field]: column }) };
}

/** Without an address or an id nobody could be told apart. */
export const tellsApart = (mapping: Mapping): boolean =>
  mapping.email !== undefined || mapping.external_id !== undefined;

/** Without a name, people are called by their address. */
export const hasName = (mapping: Mapping): boolean =>
  mapping.name !== undefined || mapping.given_name !== undefined || mapping.family_name !== undefined;

export function sameMapping(a: Mapping, b: Mapping): boolean {
  return importFields.every((field) => a[field] === b[field]);
}
