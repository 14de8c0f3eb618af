/** Whom it is for: everyone, groups, named people. Owns switching between them without losing what was chosen. */

import type { Audience } from '@belfry/api/console';
import { Code, MultiSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import classes from './Compose.module.css';
import { PeoplePicker } from './PeoplePicker';
import { groupChoiceQuery } from './queries';

type Kind = 'everyone' | 'groups' | 'users' | 'other';

const kindOf = (audience: Audience | null): Kind | null => {
  if (!audience) return null;
  if ('everyone' in audience) return 'everyone';
  if ('groups' in audience) return 'groups';
  return 'users' in audience ? 'users' : 'other';
};

export function AudienceField({
  value,
  change,
  error,
}: {
  value: Audience | null;
  change: (audience: Audience) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation();
  const kind = kindOf(value);
  const before = useRef<Partial<Record<Kind, Audience>>>({});
  if (kind && value) before.current[kind] = value;
  const choose = (next: string) => {
    const blank: Record<string, Audience> = {
      everyone: { everyone: true },
      groups: { groups: [] },
      users: { users: [] },
    };
    const chosen = before.current[next as Kind] ?? blank[next];
    if (chosen) change(chosen);
  };
  return (
    <Stack gap="sm" id="compose-audience" tabIndex={-1} className={classes.plain ?? ''}>
      <SegmentedControl
        aria-label={t('compose.audience')}
        value={kind ?? ''}
        onChange={choose}
        className={classes.kinds ?? ''}
        data-invalid={error !== undefined || undefined}
        fullWidth
        data={[
          { value: 'everyone', label: t('compose.everyone') },
          { value: 'groups', label: t('compose.groups') },
          { value: 'users', label: t('compose.named') },
        ]}
      />
      {value && 'groups' in value && (
        <GroupPicker value={value.groups} change={(groups) => change({ groups })} />
      )}
      {value && 'users' in value && (
        <PeoplePicker value={value.users} change={(users) => change({ users })} />
      )}
      {kind === 'other' && (
        <div>
          <Text size="sm" c="dimmed" mb={6}>
            {t('compose.other_audience')}
          </Text>
          <Code block>{JSON.stringify(value, null, 2)}</Code>
        </div>
      )}
      {error && (
        <Text size="xs" c="var(--b-danger)" role="alert">
          {error}
        </Text>
      )}
    </Stack>
  );
}

function GroupPicker({ value, change }: { value: string[]; change: (groups: string[]) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, isPending } = useQuery(groupChoiceQuery(useWorkspace().id));
  const groups = data?.items ?? [];
  const known = new Set(groups.map(({ key }) => key));
  const options = [
    ...groups.map(({ key, name }) => ({ value: key, label: name })),
    // Gone meanwhile, or beyond what is listed: it can still be seen and taken out.
    ...value.filter((key) => !known.has(key)).map((key) => ({ value: key, label: key })),
  ];
  const members = new Map(groups.map(({ key, members: n }) => [key, n]));
  return (
    <MultiSelect
      label={t('compose.which_groups')}
      placeholder={value.length === 0 ? t('compose.groups_placeholder') : ''}
      data={options}
      value={value}
      onChange={change}
      searchable
      clearable
      hidePickedOptions
      nothingFoundMessage={t(
        isPending ? 'state.loading' : groups.length === 0 ? 'compose.no_groups' : 'compose.no_match',
      )}
      comboboxProps={{ shadow: 'md' }}
      // The list itself scrolls, which the arrow keys reach; a scroll area around it is one more stop.
      withScrollArea={false}
      classNames={{ options: classes.options ?? '', inputField: classes.inner ?? '' }}
      clearButtonProps={{ 'aria-label': t('compose.clear') }}
      renderOption={({ option }) => (
        <span className={classes.option}>
          <span>{option.label}</span>
          <span className={classes.muted}>{format.number(members.get(option.value) ?? 0)}</span>
        </span>
      )}
    />
  );
}
