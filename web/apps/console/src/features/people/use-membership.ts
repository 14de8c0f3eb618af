/** Cancelling a membership, which can be undone for ten seconds and later, and making it active again. */

import { ask, type UserWithDevices } from '@belfry/api/console';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { groupsKey } from '../../app/groups';
import { peopleKey } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';

export interface Membership {
  cancel: () => void;
  restore: () => void;
  busy: boolean;
}

export function useMembership(person: Pick<UserWithDevices, 'external_id' | 'name'>): Membership {
  const { t } = useTranslation();
  const say = useProblemText();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const path = { ws: workspace.id, external_id: person.external_id };
  const onSettled = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: peopleKey(workspace.id) }),
      client.invalidateQueries({ queryKey: groupsKey(workspace.id) }),
      client.invalidateQueries({ queryKey: ['w', workspace.id, 'overview'] }),
    ]);
  const onError = (error: unknown) => {
    toast(say(error).text, { tone: 'problem' });
  };
  const restoring = useMutation({
    mutationFn: () => ask(api.POST('/v1/workspaces/{ws}/users/{external_id}/restore', { params: { path } })),
    onSuccess: () => {
      toast(t('person.restored', { name: person.name }));
    },
    onError,
    onSettled,
  });
  const cancelling = useMutation({
    mutationFn: () => ask(api.DELETE('/v1/workspaces/{ws}/users/{external_id}', { params: { path } })),
    onSuccess: () => {
      toast(t('person.cancelled', { name: person.name }), { undo: () => restoring.mutate() });
    },
    onError,
    onSettled,
  });
  return {
    cancel: () => cancelling.mutate(),
    restore: () => restoring.mutate(),
    busy: cancelling.isPending || restoring.isPending,
  };
}
