/** Where an import begins: a file is dropped or chosen, and earlier imports are gone back to. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Page } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { Forbidden } from '../../components/State';
import { DropZone } from './DropZone';
import { Earlier } from './Earlier';
import { refusalOf } from './file-check';
import { importQuery, importsKey, upload } from './queries';
import { Steps } from './Steps';

export function ImportPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const mayWrite = useMay('users:write');
  const back = { to: `/w/${workspace.slug}/people`, label: t('people.title') };
  return (
    <Page title={t('import.title')} lead={mayWrite && t('import.lead')} back={back}>
      {mayWrite ? (
        <>
          <Steps now="file" />
          <ChooseFile />
          <Earlier />
        </>
      ) : (
        <Forbidden />
      )}
    </Page>
  );
}

function ChooseFile() {
  const { t } = useTranslation();
  const say = useProblemText();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const { mutate, isPending, variables } = useMutation({
    mutationFn: (file: File) => upload(workspace.id, file),
    onSuccess: async (made) => {
      client.setQueryData(importQuery(workspace.id, made.id).queryKey, made);
      void client.invalidateQueries({ queryKey: importsKey(workspace.id) });
      await navigate({ to: '/w/$ws/people/import/$id', params: { ws: workspace.slug, id: made.id } });
    },
    onError: (error) => setProblem(say(error).text),
  });
  const take = (file: File) => {
    if (isPending) return;
    const refusal = refusalOf(file);
    setProblem(refusal ? t(`import.refused_${refusal}`) : null);
    if (!refusal) mutate(file);
  };
  return <DropZone take={take} sending={isPending ? (variables ?? null) : null} problem={problem} />;
}
