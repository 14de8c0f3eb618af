/** Changing the password; every other session ends with it. */

import { ask } from '@belfry/api/console';
import { Group, PasswordInput, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { NewPassword, PASSWORD_LEAST } from '../../components/NewPassword';
import { Section } from '../../components/Page';
import { toast } from '../../components/toast';
import { sessionsQuery } from './queries';

export function PasswordForm() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useSendForm({
    initialValues: { current: '', new: '' },
    validate: {
      current: (value) => (value ? null : t('fault.required')),
      new: (value) =>
        [...value].length < PASSWORD_LEAST ? t('fault.password_weak', { count: PASSWORD_LEAST }) : null,
    },
    send: (body) => ask(api.POST('/v1/operator/password', { body })),
    done: async () => {
      form.fields.reset();
      toast(t('profile.password_saved'));
      await client.invalidateQueries(sessionsQuery);
    },
  });
  return (
    <Section title={t('profile.password_title')} lead={t('profile.password_lead')}>
      <Form form={form}>
        <Stack gap="md">
          <PasswordInput
            label={t('field.current_password')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('field.show_password'), tabIndex: 0 }}
            {...form.fields.getInputProps('current')}
          />
          <NewPassword {...form.fields.getInputProps('new')} />
          <Group>
            <SubmitButton form={form} variant={form.fields.isDirty() ? 'filled' : 'default'}>
              {t('profile.password_submit')}
            </SubmitButton>
          </Group>
        </Stack>
      </Form>
    </Section>
  );
}
