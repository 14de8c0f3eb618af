/** Named people: the server searches by name, email and id. Owns knowing the names of those who are chosen. */

import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import classes from './Compose.module.css';
import { peopleFoundQuery, personNameQuery } from './queries';

const PAUSE_MS = 200;
/** As many names are asked for one by one; the others show their id. */
const NAMES_MOST = 30;

export function PeoplePicker({ value, change }: { value: string[]; change: (users: string[]) => void }) {
  const { t } = useTranslation();
  const ws = useWorkspace().id;
  const [typed, type] = useState('');
  const [known, know] = useState<ReadonlyMap<string, string>>(new Map());
  const [search] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const found = useQuery(peopleFoundQuery(ws, search));
  const missing = value.filter((id) => !known.has(id)).slice(0, NAMES_MOST);
  const named = useQueries({ queries: missing.map((id) => personNameQuery(ws, id)) });
  const people = found.data?.items ?? [];
  const emails = new Map(people.map(({ external_id, email }) => [external_id, email ?? external_id]));
  const names = new Map(known);
  missing.forEach((id, at) => {
    names.set(id, named[at]?.data?.name ?? id);
  });
  const listed = new Set(people.map(({ external_id }) => external_id));
  const options = [
    ...people.map(({ external_id, name }) => ({ value: external_id, label: name || external_id })),
    ...value.filter((id) => !listed.has(id)).map((id) => ({ value: id, label: names.get(id) ?? id })),
  ];
  const choose = (next: string[]) => {
    const more = new Map(known);
    for (const person of people) {
      if (next.includes(person.external_id)) more.set(person.external_id, person.name);
    }
    know(more);
    change(next);
  };
  return (
    <MultiSelect
      label={t('compose.which_people')}
      placeholder={value.length === 0 ? t('compose.people_placeholder') : ''}
      data={options}
      value={value}
      onChange={choose}
      searchable
      searchValue={typed}
      onSearchChange={type}
      // The server has searched already, by more than what is shown here.
      filter={({ options: all }) =>
        all.filter((one) => 'value' in one && listed.has(one.value) && !value.includes(one.value))
      }
      nothingFoundMessage={t(found.isPending ? 'state.loading' : 'compose.nobody_found')}
      comboboxProps={{ shadow: 'md' }}
      // The list itself scrolls, which the arrow keys reach; a scroll area around it is one more stop.
      withScrollArea={false}
      classNames={{ options: classes.options ?? '', inputField: classes.inner ?? '' }}
      clearable
      clearButtonProps={{ 'aria-label': t('compose.clear') }}
      renderOption={({ option }) => (
        <span className={classes.option}>
          <span>{option.label}</span>
          <span className={classes.muted}>{emails.get(option.value)}</span>
        </span>
      )}
    />
  );
}
