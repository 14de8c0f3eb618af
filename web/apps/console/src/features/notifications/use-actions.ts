/** What can be done with a notification, from its page and from the list: duplicate, delete a draft, call off. */

import { ask, type Draft } from '@belfry/api/console';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../app/api';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';

/** Asks for the notifications, and for the figures that they are part of, anew. */
function useRefresh(): () => void {
  const client = useQueryClient();
  const { id } = useWorkspace();
  return () => {
    for (const noun of ['notifications', 'overview', 'quota', 'drafts']) {
      void client.invalidateQueries({ queryKey: ['w', id, noun] });
    }
  };
}

function useOpenDraft(): (id: string) => void {
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  return (id) => void navigate({ to: '/w/$ws/compose/$id' as string, params: { ws: slug, id } as never });
}

/** Makes a draft of it and opens that. */
export function useDuplicate() {
  const { t } = useTranslation();
  const say = useProblemText();
  const refresh = useRefresh();
  const open = useOpenDraft();
  const { id: ws } = useWorkspace();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.POST('/v1/workspaces/{ws}/notifications/{id}/duplicate', { params: { path: { ws, id } } })),
    onSuccess: (draft) => {
      refresh();
      toast(t('notifications.duplicated'));
      open(draft.id);
    },
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
  });
}

/** Deletes a draft at once. Undo writes it anew, so that nothing waits in a page that may be closed. */
export function useDeleteDraft(done?: () => void) {
  const { t } = useTranslation();
  const say = useProblemText();
  const refresh = useRefresh();
  const { id: ws } = useWorkspace();
  const problem = (error: unknown) => toast(say(error).text, { tone: 'problem' });
  const restore = async (draft: Draft) => {
    const { message, title, format, sender, photo, destination, run_time, audience } = draft;
    const fields = { message, title, format, sender, photo, destination, run_time, audience };
    const body = Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));
    try {
      await ask(api.POST('/v1/workspaces/{ws}/drafts', { params: { path: { ws } }, body }));
      toast(t('notifications.restored'));
      refresh();
    } catch (error) {
      problem(error);
    }
  };
  return useMutation({
    mutationFn: async (id: string) => {
      const params = { path: { ws, id } };
      const draft = await ask(api.GET('/v1/workspaces/{ws}/drafts/{id}', { params }));
      await ask(api.DELETE('/v1/workspaces/{ws}/drafts/{id}', { params }));
      return draft;
    },
    onSuccess: (draft) => {
      toast(t('notifications.deleted'), { undo: () => restore(draft) });
      done?.();
      refresh();
    },
    onError: problem,
  });
}

/** Calls off what is scheduled (it is a draft again) or being sent (it stops at the next batch). */
export function useCancel(done?: () => void) {
  const { t } = useTranslation();
  const say = useProblemText();
  const refresh = useRefresh();
  const open = useOpenDraft();
  const { id: ws } = useWorkspace();
  return useMutation({
    mutationFn: (id: string) =>
      ask(api.POST('/v1/workspaces/{ws}/notifications/{id}/cancel', { params: { path: { ws, id } } })),
    onSuccess: ({ id, status }) => {
      if (status === 'draft') {
        const action = { label: t('notifications.continue'), run: () => open(id) };
        toast(t('notifications.taken_back'), { action });
      } else {
        toast(t('notifications.stopped'));
      }
    },
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
    onSettled: () => {
      done?.();
      refresh();
    },
  });
}
