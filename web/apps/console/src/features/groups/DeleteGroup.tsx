/** Deletes a group. Nobody is deleted with it, but who was in it is not known any more: its name has to be typed. */

import { ask, type Group } from '@belfry/api/console';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../app/api';
import { groupsKey, groupsQuery } from '../../app/groups';
import { peopleKey } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import { TypedName } from '../../components/TypedName';
import { toast } from '../../components/toast';
import { groupQuery } from './queries';

export function DeleteGroup({ group, opened, close }: { group: Group; opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      ask(
        api.DELETE('/v1/workspaces/{ws}/groups/{key}', {
          params: { path: { ws: workspace.id, key: group.key } },
        }),
      ),
    onSuccess: async () => {
      await navigate({ to: '/w/$ws/groups', params: { ws: workspace.slug }, replace: true });
      toast(t('groups.deleted', { name: group.name }));
      client.removeQueries(groupQuery(workspace.id, group.key));
      client.setQueryData(groupsQuery(workspace.id).queryKey, (all) =>
        all?.filter((one) => one.key !== group.key),
      );
      await Promise.all([
        client.invalidateQueries({ queryKey: groupsKey(workspace.id) }),
        client.invalidateQueries({ queryKey: peopleKey(workspace.id) }),
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
      title={t('groups.delete_title', { name: group.name })}
      name={group.name}
      label={t('groups.delete_for_good')}
      busy={isPending}
      run={() => mutate()}
    >
      {t('groups.delete_what', { count: group.members })}
    </TypedName>
  );
}
