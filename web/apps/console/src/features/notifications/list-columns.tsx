/** The columns of the list, and what a row offers. */

import type { NotificationSummary } from '@belfry/api/console';
import { ActionIcon, Menu, Progress, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { CircleStop, Copy, Ellipsis, Eye, PenLine, Trash2, Undo2 } from 'lucide-react';
import { useFormat } from '../../app/format';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import type { Column } from '../../components/DataTable';
import { NotificationCell, routeOf } from '../../components/NotificationCell';
import { NotificationStatusMark } from '../../components/Status';
import { cancellable, total } from './figures';
import classes from './list-columns.module.css';
import { Origin } from './Origin';
import { useCancel, useDeleteDraft, useDuplicate } from './use-actions';

export function useListColumns(): Column<NotificationSummary>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'status',
      header: t('notifications.status'),
      width: '8.5rem',
      from: 'tablet',
      cell: (one) => <NotificationStatusMark status={one.status} />,
    },
    { key: 'title', header: t('notifications.notification'), cell: (one) => <TitleCell one={one} /> },
    {
      key: 'origin',
      header: t('notifications.origin'),
      width: '9.5rem',
      from: 'desktop',
      cell: (one) => <Origin origin={one.origin} name={one.created_by?.name} />,
    },
    {
      key: 'delivered',
      header: t('notifications.deliveries'),
      width: '10rem',
      from: 'tablet',
      cell: (one) => <Delivered one={one} />,
    },
    {
      key: 'people',
      header: t('notifications.people'),
      width: '5.5rem',
      align: 'end',
      from: 'desktop',
      cell: (one) => (one.status === 'draft' ? '–' : format.number(one.people)),
    },
    {
      key: 'time',
      header: t('notifications.when'),
      width: '8.5rem',
      align: 'end',
      from: 'desktop',
      cell: (one) => <When time={one.sent_at ?? one.created_at} />,
    },
    {
      key: 'menu',
      header: <span className="sr">{t('notifications.actions')}</span>,
      width: '3.5rem',
      align: 'end',
      cell: (one) => <RowMenu one={one} />,
    },
  ];
}

function When({ time }: { time: string }) {
  const format = useFormat();
  return (
    <time className={classes.time} dateTime={time} title={format.dateTime(time)}>
      {format.relative(time)}
    </time>
  );
}

function TitleCell({ one }: { one: NotificationSummary }) {
  const { t } = useTranslation();
  const { slug } = useWorkspace();
  const below = [one.sender, one.title ? one.plain : ''].filter(Boolean).join(' · ');
  return (
    <NotificationCell one={one} ws={slug}>
      {below || t(one.status === 'draft' ? 'notifications.no_message' : `origin.${one.origin}`)}
    </NotificationCell>
  );
}

function Delivered({ one }: { one: NotificationSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = total(one.counts);
  if (sum.of === 0) return <>–</>;
  const values = { done: format.number(sum.of - sum.remaining), of: format.number(sum.of) };
  const bad = sum.failed + sum.expired;
  return (
    <div className={classes.delivered}>
      <Progress.Root size={5} mb={4} aria-hidden>
        <Progress.Section value={(sum.delivered / sum.of) * 100} color="var(--b-success)" />
        <Progress.Section value={(bad / sum.of) * 100} color="var(--b-danger)" />
      </Progress.Root>
      <Text size="xs" c="dimmed">
        {t('notifications.done_of', values)}
        {bad > 0 && (
          <Text span size="xs" c="var(--b-danger)">
            {' · '}
            {t('notifications.bad', { count: bad })}
          </Text>
        )}
      </Text>
    </div>
  );
}

function RowMenu({ one }: { one: NotificationSummary }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const mayWrite = useMay('notifications:write');
  const duplicate = useDuplicate();
  const remove = useDeleteDraft();
  const cancel = useCancel();
  const draft = one.status === 'draft';
  const open = () => void navigate({ to: routeOf(one), params: { ws: slug, id: one.id } as never });
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('notifications.actions_of', { title: one.title || one.plain })}
        >
          <Ellipsis size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={draft ? <PenLine size={15} aria-hidden /> : <Eye size={15} aria-hidden />}
          onClick={open}
        >
          {t(draft ? 'notifications.continue' : 'notifications.open')}
        </Menu.Item>
        {mayWrite && (
          <Menu.Item leftSection={<Copy size={15} aria-hidden />} onClick={() => duplicate.mutate(one.id)}>
            {t('notifications.duplicate')}
          </Menu.Item>
        )}
        {mayWrite && one.status === 'scheduled' && (
          <Menu.Item leftSection={<Undo2 size={15} aria-hidden />} onClick={() => cancel.mutate(one.id)}>
            {t('notifications.take_back')}
          </Menu.Item>
        )}
        {mayWrite && cancellable(one.status) && one.status !== 'scheduled' && (
          <Menu.Item leftSection={<CircleStop size={15} aria-hidden />} onClick={open}>
            {t('notifications.stop_there')}
          </Menu.Item>
        )}
        {mayWrite && draft && (
          <Menu.Item
            color="red"
            leftSection={<Trash2 size={15} aria-hidden />}
            onClick={() => remove.mutate(one.id)}
          >
            {t('notifications.delete_draft')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
