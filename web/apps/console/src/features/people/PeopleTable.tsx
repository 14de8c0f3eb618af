/** The list itself with its filters. Owns which columns there are, and what is said when nobody fits. */

import type { ListedUser } from '@belfry/api/console';
import { Button, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { SearchX, Smartphone, SmartphoneNfc, Upload, UserPlus, Users } from 'lucide-react';
import { useFormat } from '../../app/format';
import { groupsQuery } from '../../app/groups';
import { type PeopleFilter, peopleQuery } from '../../app/people';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { type Column, DataTable, More } from '../../components/DataTable';
import { Lines } from '../../components/Later';
import { Loaded } from '../../components/Loaded';
import { LinkButton } from '../../components/links';
import { MemberStatusMark } from '../../components/MemberStatus';
import { Section } from '../../components/Page';
import { PersonLink } from '../../components/PersonLink';
import { Empty } from '../../components/State';
import { isFiltered } from './filter';
import { GroupPills } from './GroupPills';
import { PeopleFilters } from './PeopleFilters';
import classes from './PeoplePage.module.css';

export interface PeopleTableProps {
  filter: PeopleFilter;
  change: (filter: PeopleFilter) => void;
}

export function PeopleTable({ filter, change }: PeopleTableProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const columns = useColumns();
  const query = useInfiniteQuery({
    ...peopleQuery(workspace.id, filter),
    placeholderData: keepPreviousData,
  });
  const filtered = isFiltered(filter);
  const rows = query.data?.pages.flatMap((page) => page.items);
  const clear = () => change({});
  return (
    <Section flush>
      <PeopleFilters
        filter={filter}
        change={change}
        found={rows && !query.isPlaceholderData ? rows.length : null}
        more={query.hasNextPage}
      />
      <Loaded
        query={query}
        compact
        skeleton={
          <div className={classes.skeleton}>
            <Lines rows={10} height={36} />
          </div>
        }
      >
        {() =>
          !rows || rows.length === 0 ? (
            filtered ? (
              <Nobody clear={clear} />
            ) : (
              <NobodyYet />
            )
          ) : (
            <div data-waiting={query.isPlaceholderData || undefined} className={classes.rows}>
              <DataTable
                label={t('people.title')}
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
              {/* Whoever set the workspace up is in it from the first moment. */}
              {rows.length === 1 && !filtered && !query.hasNextPage && <NobodyYet alone />}
            </div>
          )
        }
      </Loaded>
    </Section>
  );
}

function useColumns(): Column<ListedUser>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const workspace = useWorkspace();
  const groups = useQuery(groupsQuery(workspace.id));
  return [
    {
      key: 'name',
      header: t('people.column_name'),
      cell: (one) => <PersonLink person={one} ws={workspace.slug} />,
    },
    {
      key: 'id',
      header: t('people.column_id'),
      width: '9rem',
      from: 'desktop',
      cell: (one) => (
        <span className={classes.id} title={one.external_id}>
          {one.external_id}
        </span>
      ),
    },
    {
      key: 'groups',
      header: t('people.column_groups'),
      width: '13rem',
      from: 'tablet',
      cell: (one) => <GroupPills keys={one.groups} all={groups.data} most={2} />,
    },
    {
      key: 'devices',
      header: t('people.column_devices'),
      width: '7rem',
      cell: (one) => <Devices count={one.device_count} />,
    },
    {
      key: 'status',
      header: t('people.column_status'),
      width: '7.5rem',
      from: 'tablet',
      cell: (one) => <MemberStatusMark status={one.status} />,
    },
    {
      key: 'added',
      header: t('people.column_added'),
      align: 'end',
      width: '8rem',
      from: 'desktop',
      cell: (one) => (
        <time dateTime={one.created_at} title={format.dateTime(one.created_at)}>
          {format.relative(one.created_at)}
        </time>
      ),
    },
  ];
}

function Devices({ count }: { count: number }) {
  const { t } = useTranslation();
  const Icon = count > 0 ? SmartphoneNfc : Smartphone;
  return (
    <span className={classes.devices} data-none={count === 0 || undefined}>
      <Icon size={15} aria-hidden />
      {count > 0 ? t('people.devices', { count }) : t('people.no_device')}
    </span>
  );
}

function Nobody({ clear }: { clear: () => void }) {
  const { t } = useTranslation();
  return (
    <Empty
      icon={SearchX}
      title={t('people.nobody_title')}
      compact
      action={
        <Button variant="default" onClick={clear}>
          {t('list.clear_filters')}
        </Button>
      }
    >
      {t('people.nobody')}
    </Empty>
  );
}

function NobodyYet({ alone = false }: { alone?: boolean }) {
  const { t } = useTranslation();
  const { slug } = useWorkspace();
  const mayWrite = useMay('users:write');
  return (
    <Empty
      icon={Users}
      compact={alone}
      title={t(alone ? 'people.alone_title' : 'people.empty_title')}
      action={
        mayWrite && (
          <>
            <LinkButton
              to="/w/$ws/people/import"
              params={{ ws: slug }}
              leftSection={<Upload size={16} aria-hidden />}
            >
              {t('people.empty_import')}
            </LinkButton>
            <LinkButton
              to="/w/$ws/people"
              params={{ ws: slug }}
              search={{ add: true }}
              variant="default"
              leftSection={<UserPlus size={16} aria-hidden />}
            >
              {t('people.empty_add')}
            </LinkButton>
          </>
        )
      }
    >
      <Text inherit>{t('people.empty')}</Text>
      {mayWrite && (
        <Text size="xs" mt={6}>
          {t('people.empty_example')}
        </Text>
      )}
    </Empty>
  );
}
