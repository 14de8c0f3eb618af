/** Email and password. A wrong pair and a lock-out are said here, and what was typed stays. */

import { ask, type Session } from '@belfry/api/console';
import { Code, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { api } from '../../app/api';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';

export function SignInForm({
  email = '',
  done,
}: {
  email?: string;
  done: (session: Session) => void | Promise<void>;
}) {
  const { t } = useTranslation();
  const form = useSendForm({
    initialValues: { email, password: '' },
    validate: {
      email: (value) => (value.includes('@') ? null : t('sign_in.email_missing')),
      password: (value) => (value ? null : t('sign_in.password_missing')),
    },
    send: (body) => ask(api.POST('/v1/session', { body })),
    done,
  });
  return (
    <Form form={form}>
      <Stack gap="md">
        <TextInput
          label={t('field.email')}
          type="email"
          autoComplete="username"
          inputMode="email"
          autoFocus={!email}
          {...form.fields.getInputProps('email')}
        />
        <PasswordInput
          label={t('field.password')}
          autoComplete="current-password"
          autoFocus={Boolean(email)}
          visibilityToggleButtonProps={{ 'aria-label': t('field.show_password'), tabIndex: 0 }}
          {...form.fields.getInputProps('password')}
        />
        <SubmitButton form={form} fullWidth>
          {t('sign_in.submit')}
        </SubmitButton>
        <Text size="xs" c="dimmed" ta="center">
          {t('sign_in.forgotten')}
          <br />
          <Code>belfry operators reset-password</Code>
        </Text>
      </Stack>
    </Form>
  );
}
