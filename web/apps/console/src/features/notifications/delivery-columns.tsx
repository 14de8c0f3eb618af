/** The columns of the table per device. On a phone, device and times stand below the name. */

import type { Delivery } from '@belfry/api/console';
import { Text } from '@mantine/core';
import { useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import type { Column } from '../../components/DataTable';
import { useDeviceWords } from '../../components/device-words';
import { Face } from '../../components/Face';
import { LinkAnchor } from '../../components/links';
import { DeliveryStateMark } from '../../components/Status';
import classes from './Deliveries.module.css';
import { useReason } from './Failures';

export function useDeliveryColumns(): Column<Delivery>[] {
  const { t } = useTranslation();
  const words = useDeviceWords();
  return [
    { key: 'user', header: t('deliveries.person'), cell: (one) => <Person one={one} /> },
    { key: 'state', header: t('deliveries.state'), width: '12.5rem', cell: (one) => <State one={one} /> },
    {
      key: 'channel',
      header: t('deliveries.channel'),
      width: '7.5rem',
      from: 'desktop',
      cell: (one) => t(`channel.${one.channel}`),
    },
    {
      key: 'device',
      header: t('deliveries.device'),
      width: '7.5rem',
      from: 'tablet',
      cell: (one) => (one.device_id ? words.word(one.device || 'other') : '–'),
    },
    {
      key: 'platform',
      header: t('deliveries.platform'),
      width: '6.5rem',
      from: 'desktop',
      cell: (one) => words.word(one.platform) || '–',
    },
    {
      key: 'browser',
      header: t('deliveries.browser'),
      width: '10rem',
      from: 'desktop',
      cell: (one) => words.word(one.browser) || '–',
    },
    {
      key: 'displayed',
      header: t('deliveries.displayed'),
      width: '7rem',
      align: 'end',
      from: 'tablet',
      cell: (one) => <Moment time={one.displayed_at} />,
    },
    {
      key: 'opened',
      header: t('deliveries.opened'),
      width: '7rem',
      align: 'end',
      from: 'tablet',
      cell: (one) => <Moment time={one.opened_at} />,
    },
  ];
}

function Person({ one }: { one: Delivery }) {
  const { t } = useTranslation();
  const words = useDeviceWords();
  const { slug } = useWorkspace();
  const what = one.device_id
    ? [words.word(one.device || 'other'), words.word(one.browser)].filter(Boolean).join(' · ')
    : t(`channel.${one.channel}`);
  const name = one.user?.name || one.user?.external_id || t('deliveries.deleted_person');
  return (
    <div className={classes.person}>
      <Face name={name} size={26} />
      <div className={classes.text}>
        {one.user ? (
          <LinkAnchor
            to={'/w/$ws/people/$id' as string}
            params={{ ws: slug, id: one.user.external_id } as never}
            dir="auto"
            fz="inherit"
          >
            {name}
          </LinkAnchor>
        ) : (
          <Text c="dimmed" fz="inherit">
            {name}
          </Text>
        )}
        <Text size="xs" c="dimmed" className={classes.phone ?? ''}>
          {what}
        </Text>
      </div>
    </div>
  );
}

function State({ one }: { one: Delivery }) {
  const say = useReason();
  const { t } = useTranslation();
  return (
    <div className={classes.state}>
      <DeliveryStateMark state={one.state} />
      {one.reason && (
        <Text size="xs" c="dimmed" mt={2} {...(one.detail && { title: one.detail })}>
          {say(one.reason).name}
        </Text>
      )}
      {one.opened_at && (
        <Text size="xs" c="dimmed" mt={2} className={classes.phone ?? ''}>
          {t('deliveries.opened')}
        </Text>
      )}
    </div>
  );
}

function Moment({ time }: { time: string | null | undefined }) {
  const format = useFormat();
  if (!time) return <>–</>;
  return (
    <time className={classes.time} dateTime={time} title={format.dateTime(time)}>
      {format.relative(time)}
    </time>
  );
}
