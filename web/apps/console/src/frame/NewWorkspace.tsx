/** Makes a workspace in an organization and goes there. Whoever makes it becomes a member of it. */

import { ask } from '@belfry/api/console';
import { Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../app/api';
import { sessionQuery } from '../app/session';
import { useTranslation } from '../app/translation';
import { Busy, Form, SubmitButton, useSendForm } from '../components/form';
import { TimeZoneSelect } from '../components/TimeZoneSelect';
import { browserZone } from '../components/time-zones';

export interface NewWorkspaceProps {
  organization: { id: string; name: string };
  close: () => void;
}

export function NewWorkspace({ organization, close }: NewWorkspaceProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={close}
      title={t('new_workspace.title', { organization: organization.name })}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <NewWorkspaceForm organization={organization} close={close} />
    </Modal>
  );
}

function NewWorkspaceForm({ organization, close }: NewWorkspaceProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useSendForm({
    initialValues: { name: '', time_zone: browserZone() },
    validate: { name: (value) => (value.trim() ? null : t('fault.required')) },
    send: (values, once) =>
      ask(
        api.POST('/v1/workspaces', {
          params: { header: { 'Idempotency-Key': once } },
          body: { ...values, organization: organization.id },
        }),
      ),
    done: async ({ slug }) => {
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
      close();
      await navigate({ to: '/w/$ws', params: { ws: slug } });
    },
  });
  const input = form.fields.getInputProps;
  return (
    <Form form={form} label={t('new_workspace.title', { organization: organization.name })}>
      <Stack gap="md">
        <TextInput
          label={t('new_workspace.name')}
          description={t('setup.workspace_hint')}
          autoComplete="off"
          data-autofocus
          {...input('name')}
        />
        <TimeZoneSelect input={input('time_zone')} />
      </Stack>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Busy busy={false} variant="default" onClick={close}>
          {t('new_workspace.discard')}
        </Busy>
        <SubmitButton form={form}>{t('new_workspace.submit')}</SubmitButton>
      </Group>
    </Form>
  );
}
