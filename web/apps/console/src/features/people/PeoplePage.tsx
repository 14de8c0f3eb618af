/** The people of a workspace: searched, filtered and counted by the server, fifty at a time. */

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { FolderOpen, Plus, Upload } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useMay, useWorkspace } from '../../app/session';
import { useShortcut } from '../../app/shortcuts';
import { useTranslation } from '../../app/translation';
import { LinkButton } from '../../components/links';
import { Page } from '../../components/Page';
import { Forbidden } from '../../components/State';
import { filterOf } from './filter';
import classes from './PeoplePage.module.css';
import { PeopleTable } from './PeopleTable';
import { countersQuery } from './queries';

// The dialog comes after the page, so that the page need not wait for its form.
const AddPerson = lazy(() => import('./AddPerson').then((module) => ({ default: module.AddPerson })));

const route = getRouteApi('/_in/w/$ws/people/');

export function PeoplePage() {
  const { t } = useTranslation();
  const mayRead = useMay('users:read');
  if (!mayRead) {
    return (
      <Page title={t('people.title')}>
        <Forbidden />
      </Page>
    );
  }
  return <People />;
}

function People() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const search = route.useSearch();
  const navigate = useNavigate();
  const mayWrite = useMay('users:write');
  const mayCount = useMay('notifications:read');
  const counters = useQuery({ ...countersQuery(workspace.id), enabled: mayCount });
  const ws = workspace.slug;
  const setAdd = (add: boolean) =>
    void navigate({
      to: '/w/$ws/people',
      params: { ws },
      search: { ...filterOf(search), ...(add && { add: true as const }) },
      replace: !add,
    });
  return (
    <Page
      title={t('people.title')}
      lead={
        counters.data
          ? t('people.count', { count: counters.data.members, reachable: counters.data.reachable })
          : t('people.lead')
      }
      actions={
        <>
          <LinkButton
            to="/w/$ws/groups"
            params={{ ws }}
            variant="default"
            className={classes.narrowOnly ?? ''}
            leftSection={<FolderOpen size={16} aria-hidden />}
          >
            {t('room.groups')}
          </LinkButton>
          {mayWrite && (
            <>
              <LinkButton
                to="/w/$ws/people/import"
                params={{ ws }}
                variant="default"
                leftSection={<Upload size={16} aria-hidden />}
              >
                {t('people.import')}
              </LinkButton>
              <LinkButton
                to="/w/$ws/people"
                params={{ ws }}
                search={{ ...filterOf(search), add: true }}
                leftSection={<Plus size={16} aria-hidden />}
              >
                {t('people.add')}
              </LinkButton>
              <AddKey run={() => setAdd(true)} />
            </>
          )}
        </>
      }
    >
      <PeopleTable
        filter={filterOf(search)}
        change={(filter) =>
          void navigate({ to: '/w/$ws/people', params: { ws }, search: filter, replace: true })
        }
      />
      {mayWrite && (
        <Suspense>
          <AddPerson opened={search.add === true} close={() => setAdd(false)} />
        </Suspense>
      )}
    </Page>
  );
}

/** `n` only where somebody may add people. */
function AddKey({ run }: { run: () => void }) {
  const { t } = useTranslation();
  useShortcut('n', t('people.add'), run);
  return null;
}
