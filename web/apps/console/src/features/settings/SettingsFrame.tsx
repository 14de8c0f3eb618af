/** The pages of the settings beside their list. Owns which there are and whether the operator may see one. */

import type { Permission } from '@belfry/api/console';
import { Link } from '@tanstack/react-router';
import {
  Globe,
  KeyRound,
  type LucideIcon,
  RadioTower,
  SlidersHorizontal,
  Stamp,
  UsersRound,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Page } from '../../components/Page';
import { Forbidden } from '../../components/State';
import classes from './SettingsFrame.module.css';

const parts = [
  { id: 'workspace', to: '/w/$ws/settings', icon: SlidersHorizontal, needs: 'settings:read' },
  { id: 'staff', to: '/w/$ws/settings/staff', icon: UsersRound, needs: 'operators:write' },
  { id: 'api_keys', to: '/w/$ws/settings/api-keys', icon: KeyRound, needs: 'keys:write' },
  { id: 'origins', to: '/w/$ws/settings/origins', icon: Globe, needs: 'settings:read' },
  { id: 'signing_keys', to: '/w/$ws/settings/signing-keys', icon: Stamp, needs: 'settings:read' },
  { id: 'push', to: '/w/$ws/settings/push', icon: RadioTower, needs: 'settings:read' },
] as const satisfies readonly { id: string; to: string; icon: LucideIcon; needs: Permission }[];

export type SettingsPart = (typeof parts)[number]['id'];

export function SettingsFrame({
  part,
  actions,
  children,
}: {
  part: SettingsPart;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { slug, permissions, organization } = useWorkspace();
  // API keys belong to the organization: whoever manages one workspace only cannot see them.
  const everywhere = ['owner', 'admin'].includes(organization.role ?? '');
  const allowed = (one: (typeof parts)[number]): boolean =>
    permissions.includes(one.needs) && (everywhere || one.id !== 'api_keys');
  const here = parts.find((one) => one.id === part);
  const may = here !== undefined && allowed(here);
  const current = useRef<HTMLAnchorElement>(null);
  // On narrow screens the parts stand in a row that scrolls. In braces: newer browsers give a promise, which is no clean-up.
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, []);
  return (
    <Page title={t(`settings.${part}`)} lead={may && t(`settings.${part}_lead`)} actions={may && actions}>
      <div className={classes.frame}>
        <nav className={classes.parts} aria-label={t('settings.parts')}>
          {parts.filter(allowed).map(({ id, to, icon: Icon }) => (
            <Link
              key={id}
              to={to}
              params={{ ws: slug }}
              ref={id === part ? current : undefined}
              className={classes.part}
              aria-current={id === part ? 'page' : undefined}
              activeProps={{}}
              activeOptions={{ exact: true }}
            >
              <Icon size={16} aria-hidden />
              {t(`settings.${id}`)}
            </Link>
          ))}
        </nav>
        <div className={classes.content}>{may ? children : <Forbidden />}</div>
      </div>
    </Page>
  );
}
