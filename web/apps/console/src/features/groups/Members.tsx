/** Who is in a group; somebody is added by searching, and taken out with Undo. */

import type { Group, ListedUser } from '@belfry/api/console';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { UserPlus, Users } from 'lucide-react';
import { peopleQuery } from '../../app/people';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { type Column, DataTable, More } from '../../components/DataTable';
import { Loaded } from '../../components/Loaded';
import { LinkButton } from '../../components/links';
import { MemberStatusMark } from '../../components/MemberStatus';
import { Section } from '../../components/Page';
import { PersonLink } from '../../components/PersonLink';
import { Empty } from '../../components/State';
import { AddMember } from './AddMember';
import { useMembers } from './use-members';

export function Members({ group }: { group: Group }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const mayWrite = useMay('users:write');
  const { set } = useMembers(group);
  const columns = useColumns(mayWrite ? (person) => set(person, false) : null);
  const query = useInfiniteQuery(peopleQuery(workspace.id, { group: group.key }));
  return (
    <Section
      flush
      title={t('room.people')}
      actions={
        group.members > 0 && (
          <LinkButton
            to="/w/$ws/people"
            params={{ ws: workspace.slug }}
            search={{ group: group.key }}
            size="compact-sm"
            variant="subtle"
          >
            {t('groups.in_people')}
          </LinkButton>
        )
      }
    >
      {mayWrite && <AddMember group={group} add={(person) => set(person, true)} />}
      <Loaded query={query} compact>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          return rows.length === 0 ? (
            <Empty icon={mayWrite ? UserPlus : Users} title={t('groups.no_members_title')} compact>
              {t(mayWrite ? 'groups.no_members' : 'groups.no_members_read')}
            </Empty>
          ) : (
            <DataTable
              label={t('groups.members_of', { name: group.name })}
              columns={columns}
              rows={rows}
              rowKey={(one) => one.id}
              open={(one) =>
                void navigate({
                  to: '/w/$ws/people/$id',
                  params: { ws: workspace.slug, id: one.external_id },
                })
              }
              footer={<More query={query} />}
            />
          );
        }}
      </Loaded>
    </Section>
  );
}

function useColumns(remove: ((person: ListedUser) => void) | null): Column<ListedUser>[] {
  const { t } = useTranslation();
  const { slug } = useWorkspace();
  const columns: Column<ListedUser>[] = [
    {
      key: 'name',
      header: t('people.column_name'),
      cell: (one) => <PersonLink person={one} ws={slug} />,
    },
    {
      key: 'status',
      header: t('people.column_status'),
      width: '10rem',
      from: 'tablet',
      cell: (one) => <MemberStatusMark status={one.status} />,
    },
  ];
  if (remove) {
    columns.push({
      key: 'remove',
      header: <span className="sr">{t('groups.take_out')}</span>,
      align: 'end',
      width: '6rem',
      // A cancelled membership cannot be changed before it is active again.
      cell: (one) =>
        one.status !== 'cancelled' && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            me={-8}
            aria-label={t('groups.take_out_one', { name: one.name })}
            onClick={() => remove(one)}
          >
            {t('groups.take_out')}
          </Button>
        ),
    });
  }
  return columns;
}
