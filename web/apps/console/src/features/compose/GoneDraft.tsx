/** The draft was sent or deleted elsewhere while it was open here: says so, and what was written is not lost. */

import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/Busy';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';
import type { DraftStore } from './draft-store';
import { draftCalls } from './queries';
import { BLANK, differences, fieldsOf, type Writing } from './writing';

const ONE: string = '/w/$ws/notifications/$id';
const DRAFT: string = '/w/$ws/compose/$id';

export function GoneDraft({
  id,
  writing,
  store,
}: {
  id: string | null;
  writing: Writing;
  store: DraftStore;
}) {
  const { t } = useTranslation();
  const ws = useWorkspace();
  const navigate = useNavigate();
  const say = useProblemText();
  const copy = useMutation({
    mutationFn: () => draftCalls(ws.id).create(fieldsOf(writing)),
    onSuccess: (draft) => {
      store.forget();
      void navigate({ to: DRAFT, params: { ws: ws.slug, id: draft.id }, replace: true });
    },
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
  });
  const written = differences(writing, BLANK).length > 0;
  return (
    <Alert
      color="yellow"
      role="alert"
      icon={<TriangleAlert size={18} aria-hidden />}
      title={t('compose.gone_title')}
    >
      <Text size="sm">{t(written ? 'compose.gone_written' : 'compose.gone')}</Text>
      <Group gap="xs" mt="sm">
        {id && (
          <Button
            size="compact-md"
            variant="default"
            onClick={() => void navigate({ to: ONE, params: { ws: ws.slug, id } })}
          >
            {t('compose.gone_open')}
          </Button>
        )}
        {written && (
          <Busy size="compact-md" busy={copy.isPending} onClick={() => copy.mutate()}>
            {t('compose.gone_copy')}
          </Busy>
        )}
      </Group>
    </Alert>
  );
}
