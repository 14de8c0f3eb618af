/** One person: what they received, on which devices, and what is known about them. */

import type { UserWithDevices } from '@belfry/api/console';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Pencil, UserCheck } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useMay, useWorkspace } from '../../app/session';
import { useShortcut } from '../../app/shortcuts';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';
import { Lines } from '../../components/Later';
import { Stale } from '../../components/Loaded';
import { LinkButton } from '../../components/links';
import { MemberStatusMark } from '../../components/MemberStatus';
import { Page } from '../../components/Page';
import { Failure, Forbidden } from '../../components/State';
import { Devices } from './Devices';
import { PersonDetails } from './PersonDetails';
import { PersonMenu } from './PersonMenu';
import classes from './PersonPage.module.css';
import { personQuery } from './queries';
import { Received } from './Received';
import { SignInLink } from './SignInLink';
import { useMembership } from './use-membership';

// The dialog comes after the page, so that the page need not wait for its form.
const EditPerson = lazy(() => import('./EditPerson').then((module) => ({ default: module.EditPerson })));

const route = getRouteApi('/_in/w/$ws/people/$id');

export function PersonPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { id } = route.useParams();
  const mayRead = useMay('users:read');
  const query = useQuery({ ...personQuery(workspace.id, id), enabled: mayRead });
  const back = { to: `/w/${workspace.slug}/people`, label: t('people.title') };
  if (query.data) {
    return (
      <Person
        key={id}
        person={query.data}
        back={back}
        stale={query.isError ? <Stale error={query.error} retry={() => void query.refetch()} /> : null}
      />
    );
  }
  return (
    <Page title={t('person.title')} back={back}>
      {mayRead ? (
        query.isError ? (
          <Failure error={query.error} retry={() => void query.refetch()} up={back} />
        ) : (
          <Lines rows={8} />
        )
      ) : (
        <Forbidden />
      )}
    </Page>
  );
}

interface PersonProps {
  person: UserWithDevices;
  back: { to: string; label: string };
  stale: React.ReactNode;
}

function Person({ person, back, stale }: PersonProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const search = route.useSearch();
  const mayWrite = useMay('users:write');
  const mayNotifications = useMay('notifications:read');
  const mayLink = useMay('tokens:write');
  const active = person.status === 'active';
  const cancelled = person.status === 'cancelled';
  const membership = useMembership(person);
  const setEdit = (edit: boolean) =>
    void navigate({
      to: '/w/$ws/people/$id',
      params: { ws: workspace.slug, id: person.external_id },
      search: edit ? { edit: true } : {},
      replace: !edit,
    });
  return (
    <Page
      title={person.name}
      aside={<MemberStatusMark status={person.status} />}
      lead={
        <bdi className={classes.lead}>
          {person.email ? `${person.email} · ${person.external_id}` : person.external_id}
        </bdi>
      }
      back={back}
      actions={
        mayWrite && (
          <>
            {cancelled ? (
              <Busy
                busy={membership.busy}
                onClick={membership.restore}
                leftSection={<UserCheck size={16} aria-hidden />}
              >
                {t('person.restore')}
              </Busy>
            ) : (
              <LinkButton
                to="/w/$ws/people/$id"
                params={{ ws: workspace.slug, id: person.external_id }}
                search={{ edit: true }}
                variant="default"
                leftSection={<Pencil size={16} aria-hidden />}
              >
                {t('person.edit')}
              </LinkButton>
            )}
            <PersonMenu person={person} cancel={membership.cancel} />
            {!cancelled && <EditKey run={() => setEdit(true)} />}
          </>
        )
      }
    >
      {stale}
      <div className={classes.columns}>
        <div className={classes.main}>
          <Devices person={person} />
          {mayNotifications && <Received person={person} />}
        </div>
        <div className={classes.side}>
          <PersonDetails person={person} />
          {mayLink && active && <SignInLink person={person} />}
        </div>
      </div>
      {mayWrite && (
        <Suspense>
          <EditPerson person={person} opened={search.edit === true} close={() => setEdit(false)} />
        </Suspense>
      )}
    </Page>
  );
}

function EditKey({ run }: { run: () => void }) {
  const { t } = useTranslation();
  useShortcut('e', t('person.edit'), run);
  return null;
}
