/** One group: who is in it. */

import type { Group } from '@belfry/api/console';
import { ActionIcon, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Forbidden } from '../../components/State';
import { DeleteGroup } from './DeleteGroup';
import { Members } from './Members';
import { groupQuery } from './queries';
import { RenameGroup } from './RenameGroup';

const route = getRouteApi('/_in/w/$ws/groups/$key');

export function GroupPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { key } = route.useParams();
  const mayRead = useMay('users:read');
  const query = useQuery({ ...groupQuery(workspace.id, key), enabled: mayRead });
  const group = query.data;
  const back = { to: `/w/${workspace.slug}/groups`, label: t('room.groups') };
  return (
    <Page
      title={group?.name ?? t('groups.one')}
      lead={group && t('groups.members', { count: group.members, key: group.key })}
      back={back}
      actions={group && <Actions group={group} />}
    >
      {mayRead ? (
        <Loaded query={query} up={back}>
          {(one) => <Members group={one} />}
        </Loaded>
      ) : (
        <Forbidden />
      )}
    </Page>
  );
}

function Actions({ group }: { group: Group }) {
  const { t } = useTranslation();
  const mayWrite = useMay('users:write');
  const [asked, setAsked] = useState<'rename' | 'delete' | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      {mayWrite && (
        <>
          <Menu>
            <Menu.Target>
              <ActionIcon variant="default" size={36} aria-label={t('groups.more')}>
                <Ellipsis size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => setAsked('rename')}>
                {t('groups.rename')}
              </Menu.Item>
              <Menu.Item
                color="red"
                leftSection={<Trash2 size={16} aria-hidden />}
                onClick={() => setAsked('delete')}
              >
                {t('groups.delete')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <RenameGroup group={group} opened={asked === 'rename'} close={close} />
          <DeleteGroup group={group} opened={asked === 'delete'} close={close} />
        </>
      )}
    </>
  );
}
