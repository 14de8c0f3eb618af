/** Where what was typed is at this moment: saved with time and revision, in this browser, or refused with the reason. */

import { UnstyledButton } from '@mantine/core';
import { Check, CloudOff, LoaderCircle, PencilLine, TriangleAlert } from 'lucide-react';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { useProblemText } from '../../components/problem-text';
import classes from './Compose.module.css';
import type { DraftState } from './draft-store';

export function SaveLine({ draft, retry }: { draft: DraftState; retry: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const say = useProblemText();
  const { state, savedAt, revision, problem } = draft;
  if (state === 'saved' && savedAt) {
    return (
      <span
        className={classes.save}
        title={`${format.dateTime(savedAt)} · ${t('compose.revision', { revision })}`}
      >
        <Check size={15} aria-hidden />
        {t('compose.saved', { time: format.time(savedAt) })}
        <span className={classes.revision}>{t('compose.revision', { revision })}</span>
      </span>
    );
  }
  if (state === 'saving' || state === 'unsaved') {
    return (
      <span className={classes.save}>
        {state === 'saving' ? <LoaderCircle size={15} aria-hidden /> : <PencilLine size={15} aria-hidden />}
        {t(state === 'saving' ? 'compose.saving' : 'compose.unsaved')}
      </span>
    );
  }
  if (state === 'away' || state === 'refused') {
    return (
      <span className={classes.save} data-tone={state === 'away' ? 'warning' : 'danger'} role="status">
        {state === 'away' ? <CloudOff size={15} aria-hidden /> : <TriangleAlert size={15} aria-hidden />}
        <span>
          {t(state === 'away' ? 'compose.away' : 'compose.refused')}{' '}
          {state === 'refused' && `${say(problem).text} `}
          <UnstyledButton className={classes.inline} onClick={retry}>
            {t('state.retry')}
          </UnstyledButton>
        </span>
      </span>
    );
  }
  if (state === 'conflict' || state === 'gone') {
    return (
      <span className={classes.save} data-tone="warning">
        <TriangleAlert size={15} aria-hidden />
        {t('compose.not_saved')}
      </span>
    );
  }
  return <span className={classes.save}>{t('compose.autosaves')}</span>;
}
