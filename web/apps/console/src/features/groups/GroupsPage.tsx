/** The groups of a workspace, with how many people are in each. */

import type { Group } from '@belfry/api/console';
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FolderOpen, Plus, Search, SearchX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useFormat } from '../../app/format';
import { groupsQuery } from '../../app/groups';
import { useMay, useWorkspace } from '../../app/session';
import { useShortcut } from '../../app/shortcuts';
import { useTranslation } from '../../app/translation';
import { type Column, DataTable } from '../../components/DataTable';
import { Lines } from '../../components/Later';
import { Loaded } from '../../components/Loaded';
import { LinkAnchor, LinkButton } from '../../components/links';
import { Page, Section } from '../../components/Page';
import { Empty, Forbidden } from '../../components/State';
import classes from './Groups.module.css';

// The dialog comes after the page, so that the page need not wait for its form.
const AddGroup = lazy(() => import('./AddGroup').then((module) => ({ default: module.AddGroup })));

const route = getRouteApi('/_in/w/$ws/groups/');
/** Fewer are seen at a glance. */
const SEARCHED_FROM = 12;

export function GroupsPage() {
  const { t } = useTranslation();
  const { slug: ws } = useWorkspace();
  const navigate = useNavigate();
  const { add } = route.useSearch();
  const mayRead = useMay('users:read');
  const mayWrite = useMay('users:write');
  const setAdd = (open: boolean) =>
    void navigate({
      to: '/w/$ws/groups',
      params: { ws },
      search: open ? { add: true } : {},
      replace: !open,
    });
  return (
    <Page
      title={t('room.groups')}
      lead={t('groups.lead')}
      back={{ to: `/w/${ws}/people`, label: t('people.title'), narrow: true }}
      actions={
        mayWrite && (
          <>
            <AddButton />
            <AddKey run={() => setAdd(true)} />
          </>
        )
      }
    >
      {mayRead ? <Groups /> : <Forbidden />}
      {mayWrite && (
        <Suspense>
          <AddGroup opened={add === true} close={() => setAdd(false)} />
        </Suspense>
      )}
    </Page>
  );
}

function AddKey({ run }: { run: () => void }) {
  const { t } = useTranslation();
  useShortcut('n', t('groups.add'), run);
  return null;
}

function Groups() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const columns = useColumns();
  const query = useQuery(groupsQuery(workspace.id));
  const [typed, setTyped] = useState('');
  const wanted = typed.trim().toLowerCase();
  return (
    <Section flush>
      <Loaded
        query={query}
        skeleton={
          <div className={classes.skeleton}>
            <Lines rows={6} height={36} />
          </div>
        }
      >
        {(all) => {
          if (all.length === 0) return <NoneYet />;
          const rows = all.filter((one) => `${one.name} ${one.key}`.toLowerCase().includes(wanted));
          return (
            <>
              {all.length >= SEARCHED_FROM && (
                <div className={classes.filters}>
                  <TextInput
                    type="search"
                    aria-label={t('groups.search')}
                    placeholder={t('groups.search')}
                    leftSection={<Search size={16} aria-hidden />}
                    value={typed}
                    className={classes.search ?? ''}
                    onChange={(event) => setTyped(event.currentTarget.value)}
                  />
                </div>
              )}
              {rows.length === 0 ? (
                <Empty
                  icon={SearchX}
                  title={t('groups.none_found')}
                  compact
                  action={
                    <Button variant="default" onClick={() => setTyped('')}>
                      {t('groups.search_clear')}
                    </Button>
                  }
                />
              ) : (
                <DataTable
                  label={t('room.groups')}
                  columns={columns}
                  rows={rows}
                  rowKey={(one) => one.id}
                  open={(one) =>
                    void navigate({
                      to: '/w/$ws/groups/$key',
                      params: { ws: workspace.slug, key: one.key },
                    })
                  }
                />
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function useColumns(): Column<Group>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { slug: ws } = useWorkspace();
  return [
    {
      key: 'name',
      header: t('groups.column_name'),
      cell: (one) => (
        <LinkAnchor to="/w/$ws/groups/$key" params={{ ws, key: one.key }}>
          <bdi>{one.name}</bdi>
        </LinkAnchor>
      ),
    },
    {
      key: 'key',
      header: t('groups.column_key'),
      width: '14rem',
      from: 'tablet',
      cell: (one) => <span className={classes.key}>{one.key}</span>,
    },
    {
      key: 'members',
      header: t('room.people'),
      align: 'end',
      width: '7rem',
      cell: (one) => format.number(one.members),
    },
    {
      key: 'made',
      header: t('groups.column_made'),
      align: 'end',
      width: '9rem',
      from: 'tablet',
      cell: (one) => (
        <time dateTime={one.created_at} title={format.dateTime(one.created_at)}>
          {format.relative(one.created_at)}
        </time>
      ),
    },
  ];
}

function NoneYet() {
  const { t } = useTranslation();
  const mayWrite = useMay('users:write');
  return (
    <Empty icon={FolderOpen} title={t('groups.empty_title')} action={mayWrite && <AddButton />}>
      {t('groups.empty')}
    </Empty>
  );
}

/** Opens the form for a new group, whose place is the address. */
function AddButton() {
  const { t } = useTranslation();
  const { slug: ws } = useWorkspace();
  return (
    <LinkButton
      to="/w/$ws/groups"
      params={{ ws }}
      search={{ add: true }}
      leftSection={<Plus size={16} aria-hidden />}
    >
      {t('groups.add')}
    </LinkButton>
  );
}
