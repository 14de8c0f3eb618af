/** What is done with an import: checking it with a mapping, running it, deleting it. */

import { ask, type Import } from '@belfry/api/console';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';
import { type Mapping, sameMapping } from './mapping';
import { importQuery, importsKey } from './queries';

export interface ImportActions {
  check: (mapping: Mapping) => void;
  run: (createGroups: boolean) => void;
  remove: (done: () => unknown) => void;
  busy: boolean;
}

export function useImport(id: string): ImportActions {
  const { t } = useTranslation();
  const say = useProblemText();
  const { id: ws } = useWorkspace();
  const client = useQueryClient();
  const key = importQuery(ws, id).queryKey;
  const path = { ws, id };
  const onSuccess = (next: Import) => {
    client.setQueryData(key, next);
    void client.invalidateQueries({ queryKey: key });
  };
  const onError = (error: unknown) => {
    toast(say(error).text, { tone: 'problem' });
    void client.invalidateQueries({ queryKey: key });
  };
  const checking = useMutation({
    mutationFn: async (mapping: Mapping) => {
      const known = client.getQueryData(key);
      if (!known || !sameMapping(known.mapping, mapping)) {
        await ask(api.PATCH('/v1/workspaces/{ws}/imports/{id}', { params: { path }, body: { mapping } }));
      }
      return ask(api.POST('/v1/workspaces/{ws}/imports/{id}/check', { params: { path } }));
    },
    onSuccess,
    onError,
  });
  const running = useMutation({
    mutationFn: (createGroups: boolean) =>
      ask(
        api.POST('/v1/workspaces/{ws}/imports/{id}/run', {
          params: { path },
          body: { create_groups: createGroups },
        }),
      ),
    onSuccess,
    onError,
  });
  const removing = useMutation({
    mutationFn: (_done: () => unknown) =>
      ask(api.DELETE('/v1/workspaces/{ws}/imports/{id}', { params: { path } })),
    onSuccess: async (_, done) => {
      await done();
      toast(t('import.removed'));
      client.removeQueries({ queryKey: key });
      await client.invalidateQueries({ queryKey: importsKey(ws) });
    },
    onError,
  });
  return {
    check: (mapping) => checking.mutate(mapping),
    run: (createGroups) => running.mutate(createGroups),
    remove: (done) => {
      if (!removing.isPending) removing.mutate(done);
    },
    busy: checking.isPending || running.isPending,
  };
}
