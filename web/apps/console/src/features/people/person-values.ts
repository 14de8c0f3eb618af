/** Pure: a person between the form and the server. */

import { type Fault, type ListedUser, Problem, type UserPatch } from '@belfry/api/console';

export interface PersonValues extends Record<string, unknown> {
  name: string;
  email: string;
  external_id: string;
  locale: string | null;
  time_zone: string | null;
  groups: string[];
}

export const emptyPerson: PersonValues = {
  name: '',
  email: '',
  external_id: '',
  locale: null,
  time_zone: null,
  groups: [],
};

type Known = Pick<ListedUser, 'name' | 'external_id' | 'groups' | 'email' | 'locale' | 'time_zone'>;

export const valuesOf = (person: Known): PersonValues => ({
  name: person.name,
  email: person.email ?? '',
  external_id: person.external_id,
  locale: person.locale ?? null,
  time_zone: person.time_zone ?? null,
  groups: person.groups,
});

/** Whoever comes without an id is told apart by their address, as in imports. */
export const idOf = (values: PersonValues): string =>
  values.external_id.trim() || values.email.trim().toLowerCase();

/** The body of adding somebody; what was left empty is left out. */
export function bodyOf(values: PersonValues) {
  const email = values.email.trim();
  return {
    name: values.name.trim(),
    ...(email && { email }),
    ...(values.locale && { locale: values.locale }),
    ...(values.time_zone && { time_zone: values.time_zone }),
    groups: values.groups,
  };
}

const sameGroups = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');

/** What differs from how the person was, null where something was taken away: nothing that a colleague changed
 * meanwhile is set back. */
export function changesOf(before: PersonValues, after: PersonValues) {
  const { groups, name, ...now } = bodyOf(after);
  const old = bodyOf(before);
  const changes: UserPatch = {};
  if (name !== old.name) changes.name = name;
  for (const key of ['email', 'locale', 'time_zone'] as const)
    if (now[key] !== old[key]) changes[key] = now[key] ?? null;
  if (!sameGroups(before.groups, groups)) changes.groups = groups;
  return changes;
}

/** Puts a refusal that is about one value at its field. */
export function atItsField(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const { status, code, detail } = error;
  const faults: Fault[] =
    code === 'email_taken'
      ? [{ pointer: '/email', code, detail }]
      : error.faults.map((one) => ({ ...one, pointer: one.pointer.replace(/^\/groups\/.*/, '/groups') }));
  return new Problem(status, code, detail, faults, error.document, error.retryAfter);
}
