/** Renames a group; its key stays, so that audiences and imports keep working. */

import { ask, type Group as GroupShape } from '@belfry/api/console';
import { Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy, Form, SubmitButton, useSendForm } from '../../components/form';
import { toast } from '../../components/toast';

interface RenameGroupProps {
  group: GroupShape;
  opened: boolean;
  close: () => void;
}

export function RenameGroup({ group, opened, close }: RenameGroupProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('groups.rename')}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <RenameForm group={group} close={close} />
    </Modal>
  );
}

function RenameForm({ group, close }: Omit<RenameGroupProps, 'opened'>) {
  const { t } = useTranslation();
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  const form = useSendForm({
    initialValues: { name: group.name },
    validate: { name: (value) => (value.trim() ? null : t('fault.required')) },
    send: ({ name }) =>
      ask(
        api.PATCH('/v1/workspaces/{ws}/groups/{key}', {
          params: { path: { ws, key: group.key } },
          body: { name: name.trim() },
        }),
      ),
    done: async () => {
      close();
      toast(t('groups.renamed'));
      await client.invalidateQueries({ queryKey: groupsKey(ws) });
    },
  });
  return (
    <Form form={form} label={t('groups.rename')}>
      <Stack gap="md">
        <TextInput
          label={t('groups.name')}
          description={t('groups.rename_hint', { key: group.key })}
          autoComplete="off"
          data-autofocus
          {...form.fields.getInputProps('name')}
        />
        <Group justify="flex-end" gap="xs">
          <Busy busy={false} variant="default" onClick={close}>
            {t('person.discard')}
          </Busy>
          <SubmitButton form={form}>{t('form.save')}</SubmitButton>
        </Group>
      </Stack>
    </Form>
  );
}
