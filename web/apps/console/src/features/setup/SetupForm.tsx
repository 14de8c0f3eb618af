/** The first start: organization, workspace and first operator, in one form. The zone is guessed from the browser. */

import { ask, type Session } from '@belfry/api/console';
import { Divider, Stack, TextInput } from '@mantine/core';
import { api } from '../../app/api';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { NewPassword, PASSWORD_LEAST } from '../../components/NewPassword';
import { TimeZoneSelect } from '../../components/TimeZoneSelect';
import { browserZone } from '../../components/time-zones';

export function SetupForm({
  token,
  done,
}: {
  token: string;
  done: (session: Session) => void | Promise<void>;
}) {
  const { t } = useTranslation();
  const required = (value: string) => (value.trim() ? null : t('fault.required'));
  const form = useSendForm({
    initialValues: {
      organization: '',
      workspace: '',
      time_zone: browserZone(),
      name: '',
      email: '',
      password: '',
    },
    validate: {
      organization: required,
      workspace: required,
      name: required,
      email: (value) => (value.includes('@') ? null : t('sign_in.email_missing')),
      password: (value) =>
        [...value].length < PASSWORD_LEAST ? t('fault.password_weak', { count: PASSWORD_LEAST }) : null,
    },
    send: (values) => ask(api.POST('/v1/setup', { body: { ...values, token } })),
    done,
  });
  const input = form.fields.getInputProps;
  return (
    <Form form={form}>
      <Stack gap="md">
        <TextInput
          label={t('setup.organization')}
          description={t('setup.organization_hint')}
          autoComplete="organization"
          autoFocus
          {...input('organization')}
        />
        <TextInput
          label={t('setup.workspace')}
          description={t('setup.workspace_hint')}
          autoComplete="off"
          {...input('workspace')}
        />
        <TimeZoneSelect input={input('time_zone')} />
        <Divider my={4} />
        <TextInput label={t('field.your_name')} autoComplete="name" {...input('name')} />
        <TextInput
          label={t('field.email')}
          type="email"
          inputMode="email"
          autoComplete="username"
          {...input('email')}
        />
        <NewPassword label={t('field.password')} {...input('password')} />
        <SubmitButton form={form} fullWidth mt={4}>
          {t('setup.submit')}
        </SubmitButton>
      </Stack>
    </Form>
  );
}
