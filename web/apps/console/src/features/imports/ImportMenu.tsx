/** Deletes an import with its file; people who were added stay. */

import type { Import } from '@belfry/api/console';
import { ActionIcon, Menu } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, Trash2 } from 'lucide-react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useImport } from './use-import';

export function ImportMenu({ it }: { it: Import }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const { remove } = useImport(it.id);
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={36} aria-label={t('import.more')}>
          <Ellipsis size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<Trash2 size={16} aria-hidden />}
          onClick={() =>
            remove(() => navigate({ to: '/w/$ws/people/import', params: { ws: slug }, replace: true }))
          }
        >
          {t(it.status === 'running' ? 'import.stop' : 'import.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
