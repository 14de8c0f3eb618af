/** What can be done with the draft, always in sight: saved or not, a test, the review, and throwing it away. */

import type { Quota } from '@belfry/api/console';
import { ActionIcon, Button, Kbd, Tooltip } from '@mantine/core';
import { Send, Smartphone, Trash2 } from 'lucide-react';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/Busy';
import classes from './Compose.module.css';
import type { DraftState } from './draft-store';
import { SaveLine } from './SaveLine';

const FEW = 10;

export function ActionBar({
  draft,
  quota,
  retry,
  review,
  test,
  testing,
  discard,
}: {
  draft: DraftState;
  quota: Quota | undefined;
  retry: () => void;
  review: () => void;
  test: () => void;
  testing: boolean;
  discard: () => void;
}) {
  const { t } = useTranslation();
  const begun = draft.state !== 'blank';
  return (
    <div className={classes.actions}>
      <div className={classes.standing}>
        <SaveLine draft={draft} retry={retry} />
        {quota && (
          <span className={classes.quota} data-few={quota.left <= FEW || undefined}>
            {t('compose.quota_left', { count: quota.left })}
          </span>
        )}
      </div>
      <div className={classes.buttons}>
        {begun && (
          <Tooltip label={t('compose.discard')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              c="var(--b-muted)"
              size={36}
              aria-label={t('compose.discard')}
              onClick={discard}
            >
              <Trash2 size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        <Busy
          busy={testing}
          variant="default"
          onClick={test}
          leftSection={<Smartphone size={16} aria-hidden />}
          className={classes.test ?? ''}
        >
          {t('compose.test')}
        </Busy>
        <Button
          onClick={review}
          leftSection={<Send size={16} aria-hidden className="flip" />}
          rightSection={<Kbd className={classes.kbd ?? ''}>{t('compose.review_keys')}</Kbd>}
          aria-keyshortcuts="Control+Enter"
          className={classes.review ?? ''}
        >
          {t('compose.review')}
        </Button>
      </div>
    </div>
  );
}
