/** Choosing a password with the token of a link; the token is used once. */

import { ask } from '@belfry/api/console';
import { Stack } from '@mantine/core';
import { api } from '../../app/api';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { NewPassword, PASSWORD_LEAST } from '../../components/NewPassword';

export function ResetForm({ token, done }: { token: string; done: () => void }) {
  const { t } = useTranslation();
  const form = useSendForm({
    initialValues: { password: '' },
    validate: {
      password: (value) =>
        [...value].length < PASSWORD_LEAST ? t('fault.password_weak', { count: PASSWORD_LEAST }) : null,
    },
    send: ({ password }) => ask(api.POST('/v1/password-reset', { body: { token, password } })),
    done,
  });
  return (
    <Form form={form}>
      <Stack gap="md">
        <NewPassword autoFocus {...form.fields.getInputProps('password')} />
        <SubmitButton form={form} fullWidth>
          {t('reset.submit')}
        </SubmitButton>
      </Stack>
    </Form>
  );
}
