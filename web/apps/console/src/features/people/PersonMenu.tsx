/** What is done with a person seldom: cancelling the membership, deleting them for good. */

import { ask, type UserWithDevices } from '@belfry/api/console';
import { ActionIcon, Menu, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, Trash2, UserX } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';
import { peopleKey } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import { TypedName } from '../../components/TypedName';
import { toast } from '../../components/toast';
import { personKey } from './queries';

export function PersonMenu({ person, cancel }: { person: UserWithDevices; cancel: () => void }) {
  const { t } = useTranslation();
  const { organization } = useWorkspace();
  const [deleting, setDeleting] = useState(false);
  // Deleting reaches every workspace of the organization, so that those who only manage one of them cannot.
  const mayDelete = organization.role === 'owner' || organization.role === 'admin';
  const cancelled = person.status === 'cancelled';
  if (cancelled && !mayDelete) return null;
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('person.more')}>
            <Ellipsis size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!cancelled && (
            <Menu.Item leftSection={<UserX size={16} aria-hidden />} onClick={cancel}>
              {t('person.cancel')}
            </Menu.Item>
          )}
          {mayDelete && (
            <Menu.Item
              color="red"
              leftSection={<Trash2 size={16} aria-hidden />}
              onClick={() => setDeleting(true)}
            >
              {t('person.delete')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <DeletePerson person={person} opened={deleting} close={() => setDeleting(false)} />
    </>
  );
}

function DeletePerson({
  person,
  opened,
  close,
}: {
  person: UserWithDevices;
  opened: boolean;
  close: () => void;
}) {
  const { t } = useTranslation();
  const say = useProblemText();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      ask(
        api.DELETE('/v1/workspaces/{ws}/users/{external_id}', {
          params: { path: { ws: workspace.id, external_id: person.external_id }, query: { erase: true } },
        }),
      ),
    onSuccess: async () => {
      await navigate({ to: '/w/$ws/people', params: { ws: workspace.slug }, replace: true });
      toast(t('person.deleted', { name: person.name }));
      client.removeQueries({ queryKey: personKey(workspace.id, person.external_id) });
      await Promise.all([
        client.invalidateQueries({ queryKey: peopleKey(workspace.id) }),
        client.invalidateQueries({ queryKey: groupsKey(workspace.id) }),
        client.invalidateQueries({ queryKey: ['w', workspace.id, 'overview'] }),
      ]);
    },
    onError: (error) => {
      close();
      toast(say(error).text, { tone: 'problem' });
    },
  });
  return (
    <TypedName
      opened={opened}
      close={close}
      title={t('person.delete_title', { name: person.name })}
      name={person.name}
      label={t('person.delete_for_good')}
      busy={isPending}
      run={() => mutate()}
    >
      <Text>{t('person.delete_what', { organization: workspace.organization.name })}</Text>
      <Text c="dimmed" size="sm" mt={6}>
        {t('person.delete_instead')}
      </Text>
    </TypedName>
  );
}
