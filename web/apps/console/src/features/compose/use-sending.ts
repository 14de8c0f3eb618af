/**
 * What is done with a draft: sent with an undo, tried on oneself, thrown away. Owns that the very revision on the page
 * is used, and where a refusal is shown.
 */

import { Problem } from '@belfry/api/console';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';
import type { DraftStore } from './draft-store';
import {
  cancelNotification,
  deleteDraft,
  draftCalls,
  isOnItsWay,
  sendDraft,
  testDraft,
  UNDO_S,
} from './queries';
import { sentToast } from './sent-toast';
import { fieldsOf } from './writing';

const LIST: string = '/w/$ws/notifications';
const ONE: string = '/w/$ws/notifications/$id';
const DRAFT: string = '/w/$ws/compose/$id';
const ME: string = '/w/$ws/me';

export function useSending(store: DraftStore, refused: (problem: Problem) => void) {
  const { t } = useTranslation();
  const ws = useWorkspace();
  const client = useQueryClient();
  const navigate = useNavigate();
  const say = useProblemText();
  const renew = () => {
    for (const noun of ['quota', 'notifications', 'overview']) {
      void client.invalidateQueries({ queryKey: ['w', ws.id, noun] });
    }
  };
  const complain = (error: unknown) => toast(say(error).text, { tone: 'problem', id: 'compose-problem' });

  const undo = async (id: string) => {
    try {
      const { status } = await cancelNotification(ws.id, id);
      renew();
      if (status !== 'draft') {
        toast(t('compose.stopped'), { tone: 'info' });
        return;
      }
      toast(t('compose.undone'), { tone: 'info' });
      await navigate({ to: DRAFT, params: { ws: ws.slug, id } });
    } catch (error) {
      const late = error instanceof Problem && error.code === 'not_cancellable';
      if (late) toast(t('compose.too_late'), { tone: 'problem' });
      else complain(error);
    }
  };

  const send = useMutation({
    mutationFn: async (_people: number | undefined) => {
      const { id, revision } = await store.settle();
      try {
        await sendDraft(ws.id, id, revision);
      } catch (error) {
        if (!(await isOnItsWay(ws.id, id, error))) throw error;
      }
      return id;
    },
    onSuccess: (id, people) => {
      store.forget();
      renew();
      sentToast(people, UNDO_S, () => void undo(id));
      void navigate({ to: ONE, params: { ws: ws.slug, id } });
    },
    onError: (error) => {
      if (!(error instanceof Problem)) return;
      if (error.code === 'revision_conflict') store.meet(error.document.current);
      if (error.code === 'quota_exceeded') renew();
      refused(error);
    },
  });

  const test = useMutation({
    mutationFn: async () => {
      const { id, revision } = await store.settle();
      return testDraft(ws.id, id, revision);
    },
    onSuccess: ({ devices }) => {
      toast(t('compose.test_sent', { count: devices }));
      void client.invalidateQueries({ queryKey: ['w', ws.id, 'overview'] });
    },
    onError: (error) => {
      if (!(error instanceof Problem)) complain(error);
      else if (error.code === 'no_device') {
        const run = () => navigate({ to: ME, params: { ws: ws.slug } });
        toast(t('compose.no_device'), {
          tone: 'info',
          id: 'compose-problem',
          action: { label: t('compose.connect_device'), run: () => void run() },
        });
      } else if (error.code === 'revision_conflict') store.meet(error.document.current);
      else if (error.faults.length > 0) refused(error);
      else complain(error);
    },
  });

  /** Gone at once; Undo makes a new draft of the same. */
  const discard = useMutation({
    mutationFn: async () => {
      const { id, writing } = store.snapshot();
      store.forget();
      if (id) await deleteDraft(ws.id, id);
      return writing;
    },
    onSuccess: async (writing) => {
      renew();
      await navigate({ to: LIST, params: { ws: ws.slug } });
      const again = async () => {
        const draft = await draftCalls(ws.id).create(fieldsOf(writing));
        renew();
        await navigate({ to: DRAFT, params: { ws: ws.slug, id: draft.id } });
      };
      toast(t('compose.discarded'), { undo: () => again().catch(complain) });
    },
    onError: complain,
  });

  return { send, test, discard };
}
