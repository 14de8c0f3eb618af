/** The rejected rows as a file, with their own columns and why; to be put right and imported again. */

import type { Import } from '@belfry/api/console';
import { Button } from '@mantine/core';
import { Download as DownloadIcon } from 'lucide-react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { rejectsUrl } from './queries';

export function Download({ it }: { it: Import }) {
  const { t } = useTranslation();
  const { id: ws } = useWorkspace();
  const base = it.filename.replace(/\.[^.]*$/, '');
  return (
    <Button
      component="a"
      href={rejectsUrl(ws, it.id)}
      download={t('import.rejects_name', { name: base })}
      size="compact-md"
      variant="default"
      leftSection={<DownloadIcon size={15} aria-hidden />}
    >
      {t('import.download')}
    </Button>
  );
}
