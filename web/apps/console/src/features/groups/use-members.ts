/** Puts people into a group and takes them out. */

import { ask, type Group, type ListedUser } from '@belfry/api/console';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';
import { groupsWith, peopleKey } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';

type Somebody = Pick<ListedUser, 'external_id' | 'name'>;

export function useMembers(group: Group): { set: (person: Somebody, member: boolean) => void } {
  const { t } = useTranslation();
  const say = useProblemText();
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: async ({ person, member }: { person: Somebody; member: boolean }) => {
      const path = { ws, external_id: person.external_id };
      // All of somebody's groups are sent at once: those of this moment, not of when the list was loaded.
      const now = await ask(api.GET('/v1/workspaces/{ws}/users/{external_id}', { params: { path } }));
      return ask(
        api.PATCH('/v1/workspaces/{ws}/users/{external_id}', {
          params: { path },
          body: { groups: groupsWith(now, group.key, member) },
        }),
      );
    },
    onSuccess: (_, { person, member }) => {
      const values = { name: person.name, group: group.name };
      toast(t(member ? 'groups.put_in' : 'groups.taken_out', values), {
        undo: () => mutate({ person, member: !member }),
      });
    },
    onError: (error) => {
      toast(say(error).text, { tone: 'problem' });
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: peopleKey(ws) }),
        client.invalidateQueries({ queryKey: groupsKey(ws) }),
      ]),
  });
  return { set: (person, member) => mutate({ person, member }) };
}
