/** Which workspace is looked at, and the way to the others. */

import type { SessionOrganization } from '@belfry/api/console';
import { Menu, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { Fragment, lazy, Suspense, useRef, useState } from 'react';
import { type CurrentWorkspace, sessionQuery } from '../app/session';
import { useTranslation } from '../app/translation';
import { Face } from '../components/Face';
import { useProblemText } from '../components/problem-text';
import { toast } from '../components/toast';
import classes from './WorkspaceSwitcher.module.css';

// Seldom needed: its form is not loaded with every page.
const load = () => import('./NewWorkspace');
const NewWorkspace = lazy(() => load().then((it) => ({ default: it.NewWorkspace })));

/** Workspaces are made by those who run the whole organization. */
const mayMake = (one: SessionOrganization): boolean => one.role === 'owner' || one.role === 'admin';

export function WorkspaceSwitcher({ workspace }: { workspace: CurrentWorkspace | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const say = useProblemText();
  const { data: session } = useQuery(sessionQuery);
  const organizations =
    session?.organizations.filter((one) => one.workspaces.length > 0 || mayMake(one)) ?? [];
  const [making, setMaking] = useState<SessionOrganization>();
  const button = useRef<HTMLButtonElement>(null);
  const make = async (organization: SessionOrganization) => {
    try {
      await load();
      setMaking(organization);
    } catch (error) {
      toast(say(error).text, { tone: 'problem' });
    }
  };
  // What opened it is gone with the menu.
  const close = () => {
    setMaking(undefined);
    button.current?.focus();
  };
  return (
    <>
      <Menu position="bottom-start" width={264}>
        <Menu.Target>
          <UnstyledButton ref={button} className={classes.switcher}>
            <Face
              name={workspace?.name ?? 'Belfry'}
              photo={workspace?.icon ? `/photos/${workspace.icon}` : null}
              size={32}
              square
            />
            <span className={classes.names}>
              <span className={classes.name}>{workspace?.name ?? 'Belfry'}</span>
              {workspace && <span className={classes.organization}>{workspace.organization.name}</span>}
            </span>
            <span className="sr">{t('frame.switch_workspace')}</span>
            <ChevronsUpDown size={15} aria-hidden className={classes.arrows} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {organizations.map((organization) => (
            <Fragment key={organization.id}>
              <Menu.Label>{organization.name}</Menu.Label>
              {organization.workspaces.map((one) => (
                <Menu.Item
                  key={one.id}
                  aria-current={one.id === workspace?.id ? 'true' : undefined}
                  leftSection={
                    <Face name={one.name} photo={one.icon ? `/photos/${one.icon}` : null} size={22} square />
                  }
                  rightSection={one.id === workspace?.id ? <Check size={16} aria-hidden /> : null}
                  onClick={() => void navigate({ to: '/w/$ws', params: { ws: one.slug } })}
                >
                  <Text size="sm" truncate>
                    {one.name}
                  </Text>
                </Menu.Item>
              ))}
              {mayMake(organization) && (
                <Menu.Item
                  leftSection={<Plus size={16} aria-hidden className={classes.plus} />}
                  onClick={() => void make(organization)}
                >
                  {t('new_workspace.open')}
                </Menu.Item>
              )}
            </Fragment>
          ))}
          {organizations.length === 0 && <Menu.Label>{t('frame.no_workspace_title')}</Menu.Label>}
        </Menu.Dropdown>
      </Menu>
      {making && (
        <Suspense>
          <NewWorkspace organization={making} close={close} />
        </Suspense>
      )}
    </>
  );
}
