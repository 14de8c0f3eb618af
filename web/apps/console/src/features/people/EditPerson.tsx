/** Edits a person; only what was changed is sent. */

import { ask, type UserWithDevices } from '@belfry/api/console';
import { Group, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';
import { peopleKey } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy, Form, SubmitButton, useSendForm } from '../../components/form';
import { useNarrow } from '../../components/narrow';
import { toast } from '../../components/toast';
import { PersonFields } from './PersonFields';
import { atItsField, changesOf, type PersonValues, valuesOf } from './person-values';

export interface EditPersonProps {
  person: UserWithDevices;
  opened: boolean;
  close: () => void;
}

export function EditPerson({ person, opened, close }: EditPersonProps) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('person.edit_title')}
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <EditForm person={person} close={close} />
    </Modal>
  );
}

function EditForm({ person, close }: Omit<EditPersonProps, 'opened'>) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const before = valuesOf(person);
  const form = useSendForm<PersonValues, unknown>({
    initialValues: before,
    validate: { name: (value) => (value.trim() ? null : t('fault.required')) },
    send: async (values) => {
      const body = changesOf(before, values);
      if (Object.keys(body).length === 0) return;
      try {
        await ask(
          api.PATCH('/v1/workspaces/{ws}/users/{external_id}', {
            params: { path: { ws: workspace.id, external_id: person.external_id } },
            body,
          }),
        );
      } catch (error) {
        throw atItsField(error);
      }
    },
    done: async () => {
      close();
      toast(t('person.saved'));
      await Promise.all([
        client.invalidateQueries({ queryKey: peopleKey(workspace.id) }),
        client.invalidateQueries({ queryKey: groupsKey(workspace.id) }),
      ]);
    },
  });
  return (
    <Form form={form} label={t('person.edit_title')}>
      <PersonFields form={form} isNew={false} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Busy busy={false} variant="default" onClick={close}>
          {t('person.discard')}
        </Busy>
        <SubmitButton form={form}>{t('form.save')}</SubmitButton>
      </Group>
    </Form>
  );
}
