/**
 * Signing in again over the page, when the session ended in the middle of work. The calls that met it wait; then they
 * are repeated. Somebody else who signs in gets a fresh page, for they may not see what was on this one.
 */

import type { Session } from '@belfry/api/console';
import { Modal, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { signInNeeded } from '../../app/api';
import { sessionQuery } from '../../app/session';
import { useTranslation } from '../../app/translation';
import classes from './SignInDialog.module.css';
import { SignInForm } from './SignInForm';

export default function SignInDialog() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const needed = useSyncExternalStore(signInNeeded.subscribe, signInNeeded.now);
  const before = client.getQueryData(sessionQuery.queryKey)?.operator;
  const done = (session: Session) => {
    if (before && before.id !== session.operator.id) {
      location.assign('/');
      return;
    }
    client.setQueryData(sessionQuery.queryKey, session);
    signInNeeded.settle(true);
  };
  return (
    <Modal
      opened={needed}
      onClose={() => undefined}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={t('sign_in.again_title')}
      size="sm"
      zIndex={400}
    >
      <Stack gap="md">
        <Text c="dimmed">{t('sign_in.again')}</Text>
        <SignInForm email={before?.email ?? ''} done={done} />
        <UnstyledButton className={classes.leave} onClick={() => signInNeeded.settle(false)}>
          {t('sign_in.later')}
        </UnstyledButton>
      </Stack>
    </Modal>
  );
}
