/** The last look before it is sent: to whom, by which channels, as what, what is left. Enter sends. */

import type { Preview, Quota, Reach } from '@belfry/api/console';
import { Alert, Button, Kbd, Modal, Stack, Text } from '@mantine/core';
import { Send, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { region } from '../../app/language';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/Busy';
import classes from './Compose.module.css';
import { PushCard } from './Previews';
import { inWords } from './run-time';
import { ValueOf } from './ValueOf';
import type { Writing } from './writing';

export interface ReviewProps {
  writing: Writing;
  reach: Reach | undefined;
  preview: Preview | undefined;
  quota: Quota | undefined;
  sending: boolean;
  /** Why it was not sent, in words. */
  problem: string | null;
  send: () => void;
  close: () => void;
}

export default function ReviewDialog(props: ReviewProps) {
  const { t } = useTranslation();
  const { writing, reach, preview, quota, sending, problem, send, close } = props;
  const used = quota !== undefined && quota.left === 0;
  const nobody = reach?.count === 0;
  const label = reach ? t('compose.send_to', { count: reach.count }) : t('compose.send');
  return (
    <Modal
      opened
      onClose={close}
      title={t('compose.review_title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <Stack gap="md">
        {preview && (
          <div className={classes.reviewCard}>
            <PushCard preview={preview} />
          </div>
        )}
        <dl className={classes.facts}>
          <Fact name={t('compose.field_audience')}>
            <ValueOf writing={writing} field="audience" />
            {reach && <strong className="figures"> {t('compose.people', { count: reach.count })}</strong>}
          </Fact>
          {reach && (
            <Fact name={t('compose.channels')}>
              {t('compose.by_inbox', { count: reach.channels.inbox.people })}
              <br />
              {t('compose.by_push', { count: reach.channels.web_push.people })}
            </Fact>
          )}
          <Fact name={t('compose.field_url')}>
            {writing.url ? <span className={classes.address}>{writing.url}</span> : t('compose.opens_item')}
          </Fact>
          <Fact name={t('compose.field_run_time')}>{inWords(writing.run_time, region())}</Fact>
          {quota && (
            <Fact name={t('compose.quota')}>
              {t('compose.quota_after', { count: Math.max(quota.left - 1, 0), limit: quota.limit })}
            </Fact>
          )}
        </dl>
        {nobody && <Warning>{t('compose.reach_zero')}</Warning>}
        {reach && !nobody && reach.channels.web_push.people === 0 && (
          <Warning>{t('compose.no_push_at_all')}</Warning>
        )}
        {used && <Warning>{t('compose.quota_used_up', { limit: quota.limit })}</Warning>}
        {problem && (
          <Alert color="red" role="alert" icon={<TriangleAlert size={18} aria-hidden />}>
            {problem}
          </Alert>
        )}
        <div className={classes.reviewEnd}>
          <Text size="xs" c="dimmed">
            {t('compose.undo_promise')}
          </Text>
          <div className={classes.reviewButtons}>
            <Button variant="default" onClick={close}>
              {t('compose.back_to_writing')}
            </Button>
            <Busy
              busy={sending}
              onClick={send}
              data-autofocus
              leftSection={<Send size={16} aria-hidden className="flip" />}
              rightSection={<Kbd className={classes.kbd ?? ''}>↵</Kbd>}
            >
              {label}
            </Busy>
          </div>
        </div>
      </Stack>
    </Modal>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Warning({ children }: { children: ReactNode }) {
  return (
    <p className={classes.warning}>
      <TriangleAlert size={16} aria-hidden /> {children}
    </p>
  );
}
