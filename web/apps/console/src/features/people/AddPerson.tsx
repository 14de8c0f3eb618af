/** Adds one person. Refuses an id that is somebody's already: the server would change that person instead. */

import { ask, type ListedUser, Problem } from '@belfry/api/console';
import { Group, Modal, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';
import { peopleKey } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy, Form, SubmitButton, useSendForm } from '../../components/form';
import { useNarrow } from '../../components/narrow';
import { toast } from '../../components/toast';
import { PersonFields } from './PersonFields';
import { atItsField, bodyOf, emptyPerson, idOf, type PersonValues } from './person-values';

export function AddPerson({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('people.add_title')}
      size="lg"
      fullScreen={narrow}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <AddForm close={close} />
    </Modal>
  );
}

function AddForm({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = useSendForm<PersonValues, ListedUser>({
    initialValues: emptyPerson,
    validate: {
      name: (value) => (value.trim() ? null : t('fault.required')),
      email: (value, values) => (value.trim() || values.external_id.trim() ? null : t('person.email_or_id')),
    },
    send: (values) => add(workspace.id, values),
    done: async (person) => {
      close();
      toast(t('people.added', { name: person.name }), {
        action: {
          label: t('people.added_open'),
          run: () =>
            void navigate({
              to: '/w/$ws/people/$id',
              params: { ws: workspace.slug, id: person.external_id },
            }),
        },
      });
      await Promise.all([
        client.invalidateQueries({ queryKey: peopleKey(workspace.id) }),
        client.invalidateQueries({ queryKey: groupsKey(workspace.id) }),
        client.invalidateQueries({ queryKey: ['w', workspace.id, 'overview'] }),
      ]);
    },
  });
  return (
    <Form form={form} label={t('people.add_title')}>
      <Text c="dimmed" mb="md">
        {t('people.add_lead')}
      </Text>
      <PersonFields form={form} isNew />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Busy busy={false} variant="default" onClick={close}>
          {t('person.discard')}
        </Busy>
        <SubmitButton form={form}>{t('people.add')}</SubmitButton>
      </Group>
    </Form>
  );
}

async function add(ws: string, values: PersonValues): Promise<ListedUser> {
  const path = { ws, external_id: idOf(values) };
  const there = await ask(api.GET('/v1/workspaces/{ws}/users/{external_id}', { params: { path } })).catch(
    (error: unknown) => {
      if (error instanceof Problem && error.status === 404) return null;
      throw error;
    },
  );
  if (there) {
    const pointer = values.external_id.trim() ? '/external_id' : '/email';
    const fault = { pointer, code: 'id_taken', detail: there.name };
    throw new Problem(409, 'id_taken', there.name, [fault]);
  }
  try {
    const body = bodyOf(values);
    const made = await ask(api.PUT('/v1/workspaces/{ws}/users/{external_id}', { params: { path }, body }));
    return { ...made, device_count: 0 };
  } catch (error) {
    throw atItsField(error);
  }
}
