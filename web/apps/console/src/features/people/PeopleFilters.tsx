/** Search and filters above the list; what is typed goes to the server after a short pause. */

import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { groupsQuery } from '../../app/groups';
import { memberStatuses, type PeopleFilter } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useShortcut } from '../../app/shortcuts';
import { useTranslation } from '../../app/translation';
import { isFiltered, readSearch } from './filter';
import classes from './PeoplePage.module.css';

/** Between two keys of somebody who types. */
const PAUSE_MS = 220;

export interface PeopleFiltersProps {
  filter: PeopleFilter;
  change: (filter: PeopleFilter) => void;
  /** How many fit, in words. */
  found: string | null;
}

export function PeopleFilters({ filter, change, found }: PeopleFiltersProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const groups = useQuery(groupsQuery(workspace.id));
  const { group, status, device } = filter;
  const names = (groups.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  // A group that was deleted still filters by its key until somebody takes it out.
  if (group !== undefined && !names.some((one) => one.value === group)) {
    names.push({ value: group, label: group });
  }
  return (
    <div className={classes.filters}>
      <SearchField filter={filter} change={change} />
      <Select
        aria-label={t('people.filter_group')}
        placeholder={t('people.any_group')}
        data={names}
        value={group ?? null}
        searchable
        clearable
        nothingFoundMessage={t('people.no_group_found')}
        clearButtonProps={{ 'aria-label': t('people.any_group') }}
        className={classes.filter ?? ''}
        onChange={(value) => change(readSearch({ ...filter, group: value }))}
      />
      <Select
        aria-label={t('people.filter_status')}
        placeholder={t('people.any_status')}
        data={memberStatuses.map((value) => ({ value, label: t(`member_status.${value}`) }))}
        value={status ?? null}
        clearable
        clearButtonProps={{ 'aria-label': t('people.any_status') }}
        className={classes.filter ?? ''}
        onChange={(value) => change(readSearch({ ...filter, status: value }))}
      />
      <Select
        aria-label={t('people.filter_device')}
        placeholder={t('people.any_device')}
        data={[
          { value: 'yes', label: t('people.with_device') },
          { value: 'no', label: t('people.without_device') },
        ]}
        value={device ?? null}
        clearable
        clearButtonProps={{ 'aria-label': t('people.any_device') }}
        className={classes.filter ?? ''}
        onChange={(value) => change(readSearch({ ...filter, device: value }))}
      />
      {isFiltered(filter) && (
        <div className={classes.found}>
          <span>{found}</span>
          <Button variant="subtle" size="compact-sm" onClick={() => change({})}>
            {t('people.clear')}
          </Button>
        </div>
      )}
    </div>
  );
}

function SearchField({ filter, change }: Omit<PeopleFiltersProps, 'found'>) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const asked = filter.q ?? '';
  const [typed, setTyped] = useState(asked);
  const sent = useRef(asked);
  // The address also changes by the back button and by clearing all filters.
  useEffect(() => {
    if (asked !== sent.current) {
      sent.current = asked;
      setTyped(asked);
    }
  }, [asked]);
  const latest = useRef({ filter, change });
  useEffect(() => {
    latest.current = { filter, change };
  });
  useEffect(() => {
    const next = typed.trim();
    if (next === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = next;
      latest.current.change(readSearch({ ...latest.current.filter, q: next }));
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  useShortcut('f', t('people.search_key'), () => input.current?.focus());
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={t('people.search')}
      placeholder={t('people.search')}
      leftSection={<Search size={16} aria-hidden />}
      rightSection={
        typed && (
          <CloseButton
            size="sm"
            aria-label={t('people.search_clear')}
            onClick={() => {
              setTyped('');
              input.current?.focus();
            }}
          />
        )
      }
      value={typed}
      maxLength={200}
      autoComplete="off"
      spellCheck={false}
      className={classes.search ?? ''}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
