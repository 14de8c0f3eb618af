/** The navigation beside the page, from tablets on. */

import { Kbd, Text, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { LucideIcon } from 'lucide-react';
import { Keyboard, PenLine, Search } from 'lucide-react';
import type { CurrentWorkspace } from '../app/session';
import { useTranslation } from '../app/translation';
import { LinkButton } from '../components/links';
import { AccountMenu } from './AccountMenu';
import { COMPOSE, rooms } from './navigation';
import classes from './Sidebar.module.css';
import { WorkspaceSwitcher } from './WorkspaceSwitcher';

interface SidebarProps {
  workspace: CurrentWorkspace | undefined;
  openPalette: () => void;
  openKeys: () => void;
}

export function Sidebar({ workspace, openPalette, openKeys }: SidebarProps) {
  const { t } = useTranslation();
  return (
    <section className={classes.sidebar} aria-label={t('frame.sidebar')}>
      <WorkspaceSwitcher workspace={workspace} />
      <UnstyledButton className={classes.search} onClick={openPalette}>
        <Search size={15} aria-hidden />
        <Text span size="sm" flex={1} truncate>
          {t('palette.open')}
        </Text>
        <Kbd className={classes.kbd ?? ''}>{isApple() ? '⌘K' : `${t('shortcut.ctrl')} K`}</Kbd>
      </UnstyledButton>
      {workspace?.permissions.includes('notifications:write') && (
        <LinkButton
          to={COMPOSE}
          params={{ ws: workspace.slug }}
          fullWidth
          leftSection={<PenLine size={16} aria-hidden />}
        >
          {t('room.compose')}
        </LinkButton>
      )}
      {workspace && (
        <nav aria-label={t('frame.navigation')} className={classes.rooms}>
          {rooms
            .filter((room) => workspace.permissions.includes(room.needs))
            .map((room) => (
              <RoomLink key={room.id} {...room} ws={workspace.slug} label={t(`room.${room.id}`)} />
            ))}
        </nav>
      )}
      <div className={classes.foot}>
        <UnstyledButton className={classes.quiet} onClick={openKeys}>
          <Keyboard size={16} aria-hidden />
          {t('shortcut.title')}
        </UnstyledButton>
        <AccountMenu />
      </div>
    </section>
  );
}

function RoomLink({
  to,
  ws,
  icon: Icon,
  label,
}: {
  to: string;
  ws: string;
  icon: LucideIcon;
  label: string;
}) {
  return (
    <Link to={to} params={{ ws }} className={classes.room} activeOptions={{ exact: to === '/w/$ws' }}>
      <Icon size={17} aria-hidden />
      {label}
    </Link>
  );
}

function isApple(): boolean {
  return /mac|iphone|ipad/i.test(navigator.platform);
}
