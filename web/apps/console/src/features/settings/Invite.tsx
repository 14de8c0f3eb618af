/** Giving somebody a role here. Whoever has no password gets a link that is shown once. */

import { ask, type StaffMember, type WorkspaceRole } from '@belfry/api/console';
import { Button, Group, Radio, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Section } from '../../components/Page';

/** Roles that can be given in a workspace, the mightiest first. */
export const roles: readonly WorkspaceRole[] = ['manager', 'editor', 'viewer'];

export function Invite({
  done,
  close,
}: {
  done: (answer: { operator: StaffMember; link: string | null }) => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const form = useSendForm({
    initialValues: { name: '', email: '', role: 'editor' as string },
    validate: {
      name: (value) => (value.trim() ? null : t('fault.required')),
      email: (value) => (value.includes('@') ? null : t('fault.email_invalid')),
    },
    send: ({ name, email, role }) =>
      ask(
        api.PUT('/v1/workspaces/{ws}/operators', {
          params: { path: { ws } },
          body: { name, email: email.trim(), role: role as WorkspaceRole },
        }),
      ),
    done: (answer) => {
      void client.invalidateQueries({ queryKey: ['w', ws, 'operators'] });
      done(answer);
    },
  });
  const input = form.fields.getInputProps;
  return (
    <Section title={t('staff.invite')} lead={t('staff.invite_lead')}>
      <Form form={form} label={t('staff.invite')}>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <TextInput label={t('staff.name')} autoComplete="off" autoFocus {...input('name')} />
            <TextInput
              label={t('field.email')}
              type="email"
              inputMode="email"
              autoComplete="off"
              {...input('email')}
            />
          </SimpleGrid>
          <Radio.Group label={t('staff.role')} {...input('role')}>
            <Stack gap="xs" mt={4}>
              {roles.map((role) => (
                <Radio
                  key={role}
                  value={role}
                  label={t(`role.${role}`)}
                  description={t(`role_why.${role}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          <Group>
            <SubmitButton form={form}>{t('staff.give')}</SubmitButton>
            <Button variant="default" onClick={close}>
              {t('settings.close')}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Section>
  );
}
