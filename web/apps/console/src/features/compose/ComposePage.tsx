/**
 * Writing a notification: fields, previews beside them, and the bar with what happens next. Owns the address following
 * the draft, and which dialogs are open; what is typed is the draft store's.
 */

import type { Problem } from '@belfry/api/console';
import { SegmentedControl } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useMay, useSession, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Lines } from '../../components/Later';
import { Page } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { Failure, Forbidden } from '../../components/State';
import { toast } from '../../components/toast';
import { ActionBar } from './ActionBar';
import classes from './Compose.module.css';
import type { DraftState, DraftStore } from './draft-store';
import { FaultSummary } from './FaultSummary';
import { GoneDraft } from './GoneDraft';
import { Previews } from './Previews';
import { previewQuery, quotaQuery, reachQuery } from './queries';
import { useDraft } from './use-draft';
import { useFaults } from './use-faults';
import { useReviewKeys } from './use-review-keys';
import { useSending } from './use-sending';
import { WriteForm } from './WriteForm';

const ReviewDialog = lazy(() => import('./ReviewDialog'));
const ConflictDialog = lazy(() => import('./ConflictDialog'));

const REACH_PAUSE_MS = 250;
/** Below this, previews are behind a tab. */
const NARROW = '(max-width: 74.99em)';
const DRAFT: string = '/w/$ws/compose/$id';

export function ComposePage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  if (!useMay('notifications:write')) {
    return (
      <Page title={t('compose.title')}>
        <Forbidden />
      </Page>
    );
  }
  return <Composer key={workspace.id} />;
}

function Composer() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { operator } = useSession();
  const { id } = useParams({ strict: false }) as { id?: string };
  const navigate = useNavigate();
  const { store, draft } = useDraft(workspace.id, operator.id, id);

  useEffect(() => {
    if (draft.id && !id) {
      void navigate({
        to: DRAFT,
        params: { ws: workspace.slug, id: draft.id },
        replace: true,
        resetScroll: false,
      });
    }
  }, [draft.id, id, navigate, workspace.slug]);
  useEffect(() => {
    if (draft.restored) toast(t('compose.restored'), { tone: 'info', id: 'compose-restored' });
  }, [draft.restored, t]);

  if (draft.state === 'loading') {
    return (
      <Page title={t('compose.title')}>
        <Lines rows={4} height={96} />
      </Page>
    );
  }
  if (draft.state === 'failed') {
    return (
      <Page title={t('compose.title')}>
        <Failure error={draft.problem} retry={() => store.retry()} />
      </Page>
    );
  }
  return <Desk store={store} draft={draft} />;
}

/** The page once there is something to write on. */
function Desk({ store, draft }: { store: DraftStore; draft: DraftState }) {
  const { t } = useTranslation();
  const ws = useWorkspace().id;
  const say = useProblemText();
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  const [side, setSide] = useState<'write' | 'preview'>('write');
  const [reviewing, setReviewing] = useState(false);
  const { writing } = draft;
  const faults = useFaults(writing);
  const [audience] = useDebouncedValue(writing.audience, REACH_PAUSE_MS);
  const reach = useQuery(reachQuery(ws, audience));
  const quota = useQuery(quotaQuery(ws));
  const preview = useQuery({ ...previewQuery(ws, writing), enabled: reviewing });
  // Counted for this very audience, not for the one before it.
  const known = audience === writing.audience && !reach.isPlaceholderData ? reach.data : undefined;

  const refused = (problem: Problem) => {
    if (problem.code === 'revision_conflict' || problem.faults.length > 0) setReviewing(false);
    if (problem.faults.length > 0) {
      setSide('write');
      faults.take(problem);
    }
  };
  const { send, test, discard } = useSending(store, refused);
  const review = () => {
    if (draft.state === 'conflict' || draft.state === 'gone') return;
    send.reset();
    if (faults.check()) setReviewing(true);
    else setSide('write');
  };
  const dispatch = () => {
    if (!send.isPending) send.mutate(known?.count);
  };
  useReviewKeys(reviewing ? dispatch : review);

  return (
    <Page
      title={t('compose.title')}
      actions={
        narrow ? (
          <SegmentedControl
            aria-label={t('compose.view')}
            value={side}
            onChange={(value) => setSide(value as typeof side)}
            data={[
              { value: 'write', label: t('compose.view_write') },
              { value: 'preview', label: t('compose.view_preview') },
            ]}
          />
        ) : null
      }
    >
      {draft.state === 'gone' && <GoneDraft id={draft.id} writing={writing} store={store} />}
      <FaultSummary faults={faults} />
      <div className={classes.desk}>
        {/* The address gets the draft's id while somebody types: the focus stays with them. */}
        <div className={classes.form} data-keeps-focus hidden={narrow && side === 'preview'}>
          <WriteForm
            writing={writing}
            change={(patch) => store.change(patch)}
            faults={faults}
            reach={reach}
          />
        </div>
        {(!narrow || side === 'preview') && (
          <aside className={classes.aside} aria-label={t('compose.previews')}>
            <Previews writing={writing} />
          </aside>
        )}
      </div>
      <ActionBar
        draft={draft}
        quota={quota.data}
        retry={() => store.retry()}
        review={review}
        test={() => test.mutate()}
        testing={test.isPending}
        discard={() => discard.mutate()}
      />
      <Suspense>
        {reviewing && draft.state !== 'conflict' && (
          <ReviewDialog
            writing={writing}
            reach={known}
            preview={preview.data}
            quota={quota.data}
            sending={send.isPending}
            problem={send.isError ? say(send.error).text : null}
            send={dispatch}
            close={() => setReviewing(false)}
          />
        )}
        {draft.state === 'conflict' && draft.theirs && (
          <ConflictDialog
            mine={writing}
            theirs={draft.theirs}
            keepMine={() => store.keepMine()}
            takeTheirs={() => store.takeTheirs()}
          />
        )}
      </Suspense>
    </Page>
  );
}
