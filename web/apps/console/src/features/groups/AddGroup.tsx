/** Makes a group. The key is suggested from the name until somebody types their own. */

import { ask, type Group as GroupShape, Problem } from '@belfry/api/console';
import { Group, Modal, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy, Form, SubmitButton, useSendForm } from '../../components/form';
import { toast } from '../../components/toast';
import { suggestKey } from './key';

export function AddGroup({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t('groups.add_title')}
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
  const [ownKey, setOwnKey] = useState(false);
  const form = useSendForm<{ name: string; key: string }, GroupShape>({
    initialValues: { name: '', key: '' },
    validate: {
      name: (value) => (value.trim() ? null : t('fault.required')),
      key: (value) => (value.trim() ? null : t('fault.required')),
    },
    send: ({ name, key }, once) => add(workspace.id, name.trim(), key.trim(), once),
    done: async (group) => {
      toast(t('groups.added', { name: group.name }));
      await navigate({
        to: '/w/$ws/groups/$key',
        params: { ws: workspace.slug, key: group.key },
        replace: true,
      });
      await client.invalidateQueries({ queryKey: groupsKey(workspace.id) });
    },
  });
  const name = form.fields.getInputProps('name');
  const key = form.fields.getInputProps('key');
  return (
    <Form form={form} label={t('groups.add_title')}>
      <Stack gap="md">
        <TextInput
          label={t('groups.name')}
          placeholder={t('groups.name_example')}
          autoComplete="off"
          data-autofocus
          {...name}
          onChange={(event) => {
            name.onChange(event);
            if (!ownKey) form.fields.setFieldValue('key', suggestKey(event.currentTarget.value));
          }}
        />
        <TextInput
          label={t('groups.key')}
          description={t('groups.key_hint')}
          autoComplete="off"
          spellCheck={false}
          {...key}
          onChange={(event) => {
            setOwnKey(event.currentTarget.value !== '');
            key.onChange(event);
          }}
        />
        <Group justify="flex-end" gap="xs">
          <Busy busy={false} variant="default" onClick={close}>
            {t('person.discard')}
          </Busy>
          <SubmitButton form={form}>{t('groups.add')}</SubmitButton>
        </Group>
      </Stack>
    </Form>
  );
}

async function add(ws: string, name: string, key: string, once: string): Promise<GroupShape> {
  try {
    return await ask(
      api.POST('/v1/workspaces/{ws}/groups', {
        params: { path: { ws }, header: { 'Idempotency-Key': once } },
        body: { name, key },
      }),
    );
  } catch (error) {
    if (error instanceof Problem && error.code === 'group_exists') {
      throw new Problem(error.status, error.code, error.detail, [
        { pointer: '/key', code: 'group_exists', detail: error.detail },
      ]);
    }
    throw error;
  }
}
