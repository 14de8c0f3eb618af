/** Search and filters above the list; they stand in the address. */

import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { groupsQuery } from '../../app/groups';
import { memberStatuses, type PeopleFilter } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useShortcut } from '../../app/shortcuts';
import { useTranslation } from '../../app/translation';
import { Choice, Filters } from '../../components/Filters';
import { SearchBox } from '../../components/SearchBox';
import { isFiltered, readSearch } from './filter';

export interface PeopleFiltersProps {
  filter: PeopleFilter;
  change: (filter: PeopleFilter) => void;
  found: number | null;
  more: boolean;
}

export function PeopleFilters({ filter, change, found, more }: PeopleFiltersProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const groups = useQuery(groupsQuery(workspace.id));
  const field = useRef<HTMLInputElement>(null);
  useShortcut('f', t('people.search_key'), () => field.current?.focus());
  const { q, group, status, device } = filter;
  const set = (part: Record<string, unknown>) => change(readSearch({ ...filter, ...part }));
  const names = (groups.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  // A group that was deleted still filters by its key until somebody takes it out.
  if (group !== undefined && !names.some((one) => one.value === group)) {
    names.push({ value: group, label: group });
  }
  return (
    <Filters
      search={
        <SearchBox
          label={t('people.search')}
          value={q ?? ''}
          change={(words) => set({ q: words })}
          field={field}
        />
      }
      chosen={[group, status, device].filter(Boolean).length}
      clear={isFiltered(filter) ? () => change({}) : undefined}
      found={found}
      more={more}
    >
      <Choice
        label={t('people.filter_group')}
        any={t('people.any_group')}
        value={group}
        options={names}
        none={t('people.no_group_found')}
        change={(value) => set({ group: value })}
      />
      <Choice
        label={t('people.filter_status')}
        any={t('people.any_status')}
        value={status}
        options={memberStatuses.map((value) => ({ value, label: t(`member_status.${value}`) }))}
        change={(value) => set({ status: value })}
      />
      <Choice
        label={t('people.filter_device')}
        any={t('people.any_device')}
        value={device}
        options={[
          { value: 'yes', label: t('people.with_device') },
          { value: 'no', label: t('people.without_device') },
        ]}
        change={(value) => set({ device: value })}
      />
    </Filters>
  );
}
