/** Finds somebody by name, email or id and puts them into the group. */

import type { Group, ListedUser } from '@belfry/api/console';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { findPeopleQuery } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import classes from './Groups.module.css';

const PAUSE_MS = 200;

export function AddMember({ group, add }: { group: Group; add: (person: ListedUser) => void }) {
  const { t } = useTranslation();
  const { id: ws } = useWorkspace();
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const query = useQuery({ ...findPeopleQuery(ws, q), placeholderData: keepPreviousData });
  const found = q ? (query.data?.items ?? []) : [];
  const others = found.filter((one) => !one.groups.includes(group.key));
  const byId = new Map(others.map((one) => [one.external_id, one]));
  const nothing =
    typed.trim() === ''
      ? t('groups.type_to_find')
      : query.isFetching || q !== typed.trim()
        ? t('groups.finding')
        : t(found.length > 0 ? 'groups.all_in' : 'groups.nobody_found');
  return (
    <div className={classes.add}>
      <Select
        aria-label={t('groups.add_member')}
        placeholder={t('groups.add_member')}
        leftSection={<UserPlus size={16} aria-hidden />}
        data={others.map((one) => ({ value: one.external_id, label: one.name }))}
        // The server has filtered already: it finds people by more than their name.
        filter={({ options }) => options}
        renderOption={({ option }) => (
          <span className={classes.option}>
            <bdi>{option.label}</bdi>
            <small>{byId.get(option.value)?.email ?? option.value}</small>
          </span>
        )}
        value={null}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        nothingFoundMessage={nothing}
        rightSection={null}
        onChange={(id) => {
          const person = id === null ? undefined : byId.get(id);
          if (person) add(person);
          setTyped('');
        }}
      />
    </div>
  );
}
