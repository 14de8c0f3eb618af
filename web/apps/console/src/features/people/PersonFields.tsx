/** The fields of a person, for adding and for editing. Owns what they are called and what is explained below them. */

import { MultiSelect, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { groupsQuery } from '../../app/groups';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import type { SendForm } from '../../components/form';
import { timeZones } from '../../components/time-zones';
import { languageOptions } from './languages';
import type { PersonValues } from './person-values';

/** How many zones are offered at once; typing finds the others. */
const ZONES = 60;

export function PersonFields({ form, isNew }: { form: SendForm<PersonValues>; isNew: boolean }) {
  const { t, i18n } = useTranslation();
  const workspace = useWorkspace();
  const groups = useQuery(groupsQuery(workspace.id));
  const { values, getInputProps } = form.fields;
  const languages = useMemo(
    () => languageOptions(i18n.language, values.locale),
    [i18n.language, values.locale],
  );
  const zones = useMemo(() => {
    const all = timeZones();
    return values.time_zone && !all.includes(values.time_zone) ? [...all, values.time_zone] : all;
  }, [values.time_zone]);
  const choices = (groups.data ?? []).map((one) => ({ value: one.key, label: one.name }));
  const known = new Set(choices.map((one) => one.value));
  for (const key of values.groups) if (!known.has(key)) choices.push({ value: key, label: key });
  return (
    <Stack gap="md">
      <TextInput
        label={t('person.name')}
        autoComplete="off"
        data-autofocus
        required
        withAsterisk={false}
        {...getInputProps('name')}
      />
      <TextInput
        label={t('field.email')}
        type="email"
        autoComplete="off"
        description={t('person.email_hint')}
        {...getInputProps('email')}
      />
      {isNew && (
        <TextInput
          label={t('person.id_optional')}
          description={t('person.id_hint')}
          placeholder={values.email.trim().toLowerCase()}
          autoComplete="off"
          spellCheck={false}
          {...getInputProps('external_id')}
        />
      )}
      <MultiSelect
        label={t('room.groups')}
        placeholder={values.groups.length === 0 ? t('person.groups_none') : ''}
        data={choices}
        searchable
        hidePickedOptions
        nothingFoundMessage={t('people.no_group_found')}
        {...getInputProps('groups')}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
        <Select
          label={t('person.language')}
          placeholder={t('person.as_workspace')}
          data={languages}
          searchable
          clearable
          nothingFoundMessage={t('person.no_language')}
          clearButtonProps={{ 'aria-label': t('person.as_workspace') }}
          {...getInputProps('locale')}
        />
        <Select
          label={t('field.time_zone')}
          placeholder={t('person.as_workspace')}
          data={zones}
          searchable
          clearable
          limit={ZONES}
          nothingFoundMessage={t('field.time_zone_none')}
          clearButtonProps={{ 'aria-label': t('person.as_workspace') }}
          {...getInputProps('time_zone')}
        />
      </SimpleGrid>
    </Stack>
  );
}
