/** Name, time zone and languages of the workspace. */

import type { WorkspaceSettings } from '@belfry/api/console';
import { Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useMay } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Section } from '../../components/Page';
import { timeZones } from '../../components/time-zones';
import { toast } from '../../components/toast';
import { languageChoices } from './languages';
import { useChange } from './use-change';

export function GeneralForm({ settings }: { settings: WorkspaceSettings }) {
  const { t, i18n } = useTranslation();
  const may = useMay('settings:write');
  const change = useChange();
  const { name, time_zone, default_locale } = settings;
  const languages = settings.languages ?? [];
  const zones = useMemo(() => [...new Set([time_zone, ...timeZones()])].sort(), [time_zone]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list of the same tags is the same list.
  const choices = useMemo(
    () => languageChoices(i18n.language, [default_locale, ...languages]),
    [i18n.language, default_locale, languages.join()],
  );
  const form = useSendForm({
    initialValues: { name, time_zone, default_locale, languages },
    validate: { name: (value) => (value.trim() ? null : t('fault.required')) },
    send: ({ languages: all, ...rest }) =>
      change({ ...rest, languages: all.filter((tag) => tag !== rest.default_locale) }),
    done: (_, values) => {
      form.fields.resetDirty(values);
      toast(t('settings.saved'));
    },
  });
  const input = form.fields.getInputProps;
  const fixed = may ? {} : { readOnly: true };
  return (
    <Section title={t('settings.general')}>
      <Form form={form}>
        <Stack gap="md">
          <TextInput label={t('settings.name')} maxLength={200} {...fixed} {...input('name')} />
          <Select
            label={t('field.time_zone')}
            description={t('settings.time_zone_hint')}
            data={zones}
            searchable={may}
            allowDeselect={false}
            nothingFoundMessage={t('field.time_zone_none')}
            {...fixed}
            {...input('time_zone')}
          />
          <Select
            label={t('settings.default_locale')}
            description={t('settings.default_locale_hint')}
            data={choices}
            searchable={may}
            allowDeselect={false}
            {...fixed}
            {...input('default_locale')}
          />
          <MultiSelect
            label={t('settings.languages')}
            description={t('settings.languages_hint')}
            {...(form.fields.values.languages.length === 0 && { placeholder: t('settings.languages_none') })}
            data={choices.filter((one) => one.value !== form.fields.values.default_locale)}
            searchable={may}
            {...fixed}
            {...input('languages')}
          />
          {may && (
            <Group>
              <SubmitButton form={form} variant={form.fields.isDirty() ? 'filled' : 'default'}>
                {t('form.save')}
              </SubmitButton>
            </Group>
          )}
        </Stack>
      </Form>
    </Section>
  );
}
