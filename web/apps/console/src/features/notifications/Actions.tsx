/** The buttons of a notification's page. What is being sent is stopped only after saying who has it already. */

import type { NotificationDetail } from '@belfry/api/console';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { CircleStop, Copy, PenLine, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../../app/format';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';
import { LinkButton } from '../../components/links';
import { total } from './figures';
import { useCancel, useDeleteDraft, useDuplicate } from './use-actions';

export function Actions({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const { slug } = useWorkspace();
  const navigate = useNavigate();
  const duplicate = useDuplicate();
  const remove = useDeleteDraft(
    () => void navigate({ to: '/w/$ws/notifications', params: { ws: slug }, search: {} }),
  );
  const mayWrite = useMay('notifications:write');
  if (!mayWrite) return null;
  return (
    <>
      {one.status === 'scheduled' && <TakeBack id={one.id} />}
      {one.status === 'sending' && <Stop one={one} />}
      {one.status === 'draft' && (
        <Busy
          busy={remove.isPending}
          variant="default"
          leftSection={<Trash2 size={16} aria-hidden />}
          onClick={() => remove.mutate(one.id)}
        >
          {t('notifications.delete_draft')}
        </Busy>
      )}
      <Busy
        busy={duplicate.isPending}
        variant="default"
        leftSection={<Copy size={16} aria-hidden />}
        onClick={() => duplicate.mutate(one.id)}
      >
        {t('notifications.duplicate')}
      </Busy>
      {one.status === 'draft' && (
        <LinkButton
          to={'/w/$ws/compose/$id' as string}
          params={{ ws: slug, id: one.id } as never}
          leftSection={<PenLine size={16} aria-hidden />}
        >
          {t('notifications.continue')}
        </LinkButton>
      )}
    </>
  );
}

function TakeBack({ id }: { id: string }) {
  const { t } = useTranslation();
  const cancel = useCancel();
  return (
    <Busy
      busy={cancel.isPending}
      leftSection={<Undo2 size={16} aria-hidden />}
      onClick={() => cancel.mutate(id)}
    >
      {t('notifications.take_back')}
    </Busy>
  );
}

function Stop({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asking, ask] = useState(false);
  const cancel = useCancel(() => ask(false));
  const sum = total(one.counts);
  return (
    <>
      <Button
        variant="light"
        color="red"
        leftSection={<CircleStop size={16} aria-hidden />}
        onClick={() => ask(true)}
      >
        {t('notifications.stop')}
      </Button>
      <Modal
        opened={asking}
        onClose={() => ask(false)}
        title={t('notifications.stop_title')}
        closeButtonProps={{ 'aria-label': t('notifications.stop_not') }}
      >
        <Text size="sm">
          {t('notifications.stop_text', {
            delivered: format.number(sum.delivered),
            remaining: format.number(sum.remaining),
          })}
        </Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => ask(false)}>
            {t('notifications.stop_not')}
          </Button>
          <Busy busy={cancel.isPending} color="red" onClick={() => cancel.mutate(one.id)}>
            {t('notifications.stop_now')}
          </Busy>
        </Group>
      </Modal>
    </>
  );
}
