/** Ctrl+K: jump to a room or a person, switch the workspace, change the looks. Loaded when it is first opened. */

import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionGroupData, spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Building2, Languages, Moon, PenLine, Search, Sun, UserRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { chooseLanguage, languages } from '../app/language';
import { findPeopleQuery } from '../app/people';
import { type CurrentWorkspace, sessionQuery, workspacesOf } from '../app/session';
import { useTranslation } from '../app/translation';
import { COMPOSE, rooms } from './navigation';

interface PaletteProps {
  workspace: CurrentWorkspace | undefined;
  close: () => void;
}

export default function Palette({ workspace, close }: PaletteProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const found = usePeople(workspace, query);
  const groups = useGroups(workspace);
  useEffect(() => spotlight.open(), []);
  return (
    <Spotlight
      query={query}
      onQueryChange={setQuery}
      actions={[...groups, ...found]}
      shortcut={null}
      nothingFound={t('palette.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': t('palette.title') } }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      radius="lg"
      onSpotlightClose={close}
      searchProps={{
        leftSection: <Search size={18} aria-hidden />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
    />
  );
}

const QUIET_MS = 150;

/** Whoever fits what was typed. The server has searched names, emails and ids already; the palette shows all of them. */
function usePeople(workspace: CurrentWorkspace | undefined, query: string): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed] = useDebouncedValue(query.trim(), QUIET_MS);
  const may = workspace?.permissions.includes('users:read') ?? false;
  const { data } = useQuery({
    ...findPeopleQuery(workspace?.id ?? '', typed),
    enabled: may && typed.length >= 2,
  });
  if (!workspace || !data?.items.length || query.trim().length < 2) return [];
  const actions = data.items.map((person) => ({
    id: person.id,
    label: person.name,
    description: person.email ?? person.external_id,
    keywords: [query],
    leftSection: <UserRound size={18} aria-hidden />,
    onClick: () =>
      void navigate({ to: '/w/$ws/people/$id', params: { ws: workspace.slug, id: person.external_id } }),
  }));
  return [{ group: t('room.people'), actions }];
}

function useGroups(workspace: CurrentWorkspace | undefined): SpotlightActionGroupData[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const { data: session } = useQuery(sessionQuery);
  const groups: SpotlightActionGroupData[] = [];
  if (workspace) {
    const params = { ws: workspace.slug };
    const may = (room: (typeof rooms)[number]) => workspace.permissions.includes(room.needs);
    const go = rooms.filter(may).map(({ id, to, icon: Icon }) => ({
      id,
      label: t(`room.${id}`),
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => void navigate({ to, params }),
    }));
    if (workspace.permissions.includes('notifications:write')) {
      go.unshift({
        id: 'compose' as 'home',
        label: t('room.compose'),
        leftSection: <PenLine size={18} aria-hidden />,
        onClick: () => void navigate({ to: COMPOSE, params }),
      });
    }
    groups.push({ group: t('palette.go'), actions: go });
  }
  const others = workspacesOf(session).filter((one) => one.id !== workspace?.id);
  if (others.length > 0) {
    groups.push({
      group: t('palette.workspaces'),
      actions: others.map((one) => ({
        id: one.id,
        label: one.name,
        description: one.organization.name,
        leftSection: <Building2 size={18} aria-hidden />,
        onClick: () => void navigate({ to: '/w/$ws', params: { ws: one.slug } }),
      })),
    });
  }
  groups.push({
    group: t('palette.settings'),
    actions: [
      {
        id: 'profile',
        label: t('account.profile'),
        leftSection: <UserRound size={18} aria-hidden />,
        onClick: () => void navigate({ to: '/profile' }),
      },
      {
        id: 'light',
        label: t('palette.light'),
        leftSection: <Sun size={18} aria-hidden />,
        onClick: () => setColorScheme('light'),
      },
      {
        id: 'dark',
        label: t('palette.dark'),
        leftSection: <Moon size={18} aria-hidden />,
        onClick: () => setColorScheme('dark'),
      },
      ...languages
        .filter(({ tag }) => tag !== i18n.language)
        .map(({ tag, name }) => ({
          id: `language-${tag}`,
          label: name,
          leftSection: <Languages size={18} aria-hidden />,
          onClick: () => void chooseLanguage(tag),
        })),
    ],
  });
  return groups;
}
