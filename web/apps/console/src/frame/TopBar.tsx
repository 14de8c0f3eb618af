/** The bar above the page on phones and tablets: workspace, search, account. */

import { ActionIcon } from '@mantine/core';
import { Search } from 'lucide-react';
import type { CurrentWorkspace } from '../app/session';
import { useTranslation } from '../app/translation';
import { AccountMenu } from './AccountMenu';
import classes from './TopBar.module.css';
import { WorkspaceSwitcher } from './WorkspaceSwitcher';

export function TopBar({
  workspace,
  openPalette,
}: {
  workspace: CurrentWorkspace | undefined;
  openPalette: () => void;
}) {
  const { t } = useTranslation();
  return (
    <section className={classes.bar} aria-label={t('frame.sidebar')}>
      <div className={classes.workspace}>
        <WorkspaceSwitcher workspace={workspace} />
      </div>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={44}
        aria-label={t('palette.open')}
        onClick={openPalette}
      >
        <Search size={19} aria-hidden />
      </ActionIcon>
      <AccountMenu small />
    </section>
  );
}
