/** The navigation below the page on phones and tablets: five places at most, with Compose in the middle. */

import { Link, useLocation } from '@tanstack/react-router';
import { type LucideIcon, PenLine } from 'lucide-react';
import type { CurrentWorkspace } from '../app/session';
import { useTranslation } from '../app/translation';
import classes from './BottomBar.module.css';
import { COMPOSE, rooms } from './navigation';

/** Groups are reached from People. */
const places = ['home', 'people', 'compose', 'notifications', 'settings'] as const;

export function BottomBar({ workspace }: { workspace: CurrentWorkspace }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('frame.navigation')} className={classes.bar}>
      {places.map((place) => {
        if (place === 'compose') {
          return (
            workspace.permissions.includes('notifications:write') && (
              <Place
                key={place}
                to={COMPOSE}
                ws={workspace.slug}
                icon={PenLine}
                label={t('room.compose')}
                strong
              />
            )
          );
        }
        const room = rooms.find((one) => one.id === place);
        if (!room || !workspace.permissions.includes(room.needs)) return null;
        return (
          <Place
            key={place}
            to={room.to}
            ws={workspace.slug}
            icon={room.icon}
            label={t(`room.${place}`)}
            also={place === 'people' ? 'groups' : undefined}
          />
        );
      })}
    </nav>
  );
}

function Place({
  to,
  ws,
  icon: Icon,
  label,
  also,
  strong = false,
}: {
  to: string;
  ws: string;
  icon: LucideIcon;
  label: string;
  /** A room that is reached from here. */
  also?: string | undefined;
  strong?: boolean;
}) {
  const { pathname } = useLocation();
  const inside = also !== undefined && pathname.startsWith(`/w/${ws}/${also}`);
  return (
    <Link
      to={to}
      params={{ ws }}
      {...(inside && { 'aria-current': 'page' as const })}
      activeOptions={{ exact: to === '/w/$ws' }}
      className={classes.place}
      data-strong={strong || undefined}
    >
      <span className={classes.icon}>
        <Icon size={20} aria-hidden />
      </span>
      <span className={classes.label}>{label}</span>
    </Link>
  );
}
