/** Name, time zone and languages of the workspace. */

import type { WorkspaceSettings } from '@belfry/api/console';
import { Group, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { useFormat } from '../../app/format';
import { useMay } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Section } from '../../components/Page';
import { TimeZoneSelect } from '../../components/TimeZoneSelect';
import { toast } from '../../components/toast';
import { languageChoices } from './languages';
import classes from './Rows.module.css';
import { useChange } from './use-change';

export function General({ settings }: { settings: WorkspaceSettings }) {
  return useMay('settings:write') ? (
    <GeneralForm settings={settings} />
  ) : (
    <GeneralFacts settings={settings} />
  );
}

/** For those who may not change it: values, where the others have fields. */
function GeneralFacts({ settings }: { settings: WorkspaceSettings }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { name, time_zone, default_locale } = settings;
  const others = settings.languages ?? [];
  const names = languageChoices(i18n.language, [default_locale, ...others]);
  const called = (tag: string) => names.find((one) => one.value === tag)?.label ?? tag;
  const facts = [
    [t('settings.name'), name],
    [t('field.time_zone'), time_zone],
    [t('settings.default_locale'), called(default_locale)],
    [t('settings.languages'), format.list(others.map(called)) || t('settings.languages_none')],
  ];
  return (
    <Section title={t('settings.general')} lead={t('settings.by_whom')}>
      <dl className={classes.facts}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function GeneralForm({ settings }: { settings: WorkspaceSettings }) {
  const { t, i18n } = useTranslation();
  const change = useChange();
  const { name, time_zone, default_locale } = settings;
  const languages = settings.languages ?? [];
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
  return (
    <Section title={t('settings.general')}>
      <Form form={form}>
        <Stack gap="md">
          <TextInput label={t('settings.name')} maxLength={200} {...input('name')} />
          <TimeZoneSelect
            input={input('time_zone')}
            known={time_zone}
            description={t('settings.time_zone_hint')}
          />
          <Select
            label={t('settings.default_locale')}
            description={t('settings.default_locale_hint')}
            data={choices}
            searchable
            allowDeselect={false}
            {...input('default_locale')}
          />
          <MultiSelect
            label={t('settings.languages')}
            description={t('settings.languages_hint')}
            {...(form.fields.values.languages.length === 0 && { placeholder: t('settings.languages_none') })}
            data={choices.filter((one) => one.value !== form.fields.values.default_locale)}
            searchable
            {...input('languages')}
          />
          <Group>
            <SubmitButton form={form} variant={form.fields.isDirty() ? 'filled' : 'default'}>
              {t('form.save')}
            </SubmitButton>
          </Group>
        </Stack>
      </Form>
    </Section>
  );
}
