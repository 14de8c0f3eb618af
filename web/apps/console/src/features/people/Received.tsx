/** What somebody received, newest first: by which ways, how each of them ended, and why. */

import type { UserNotification, UserWithDevices } from '@belfry/api/console';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Bell, Inbox, type LucideIcon, MonitorSmartphone, Radio } from 'lucide-react';
import { useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { More } from '../../components/DataTable';
import { useDeviceWords } from '../../components/device-words';
import { Loaded } from '../../components/Loaded';
import { LinkAnchor } from '../../components/links';
import { Section } from '../../components/Page';
import { DeliveryStateMark } from '../../components/Status';
import classes from './PersonPage.module.css';
import { receivedQuery } from './queries';

export function Received({ person }: { person: UserWithDevices }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const query = useInfiniteQuery(receivedQuery(workspace.id, person.external_id));
  return (
    <Section flush title={t('received.title')} lead={t('received.lead')}>
      <Loaded query={query} compact>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <p className={classes.quiet}>{t('received.none')}</p>
          ) : (
            <>
              <ol className={classes.list}>
                {items.map((one) => (
                  <Item key={one.notification.id} item={one} />
                ))}
              </ol>
              <More query={query} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function Item({ item }: { item: UserNotification }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { slug } = useWorkspace();
  const { notification, channels, read_at: readAt, count } = item;
  return (
    <li className={classes.item}>
      <div className={classes.itemHead}>
        <LinkAnchor
          to={'/w/$ws/notifications/$id' as string}
          params={{ ws: slug, id: notification.id } as never}
          className={classes.itemTitle ?? ''}
        >
          <bdi>{notification.title}</bdi>
        </LinkAnchor>
        <time
          className={classes.itemTime}
          dateTime={notification.created_at}
          title={format.dateTime(notification.created_at)}
        >
          {format.relative(notification.created_at)}
        </time>
      </div>
      <p className={classes.itemNote}>
        <span>{t(`origin.${notification.origin}`)}</span>
        <span aria-hidden>·</span>
        <span>{readAt ? t('received.read', { time: format.relative(readAt) }) : t('received.unread')}</span>
        {count > 1 && (
          <>
            <span aria-hidden>·</span>
            <span>{t('received.stacked', { count })}</span>
          </>
        )}
      </p>
      <ul className={classes.ways}>
        {channels.map((way, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the ways of one notification keep their order.
          <Way key={index} way={way} />
        ))}
      </ul>
    </li>
  );
}

const icons: Record<string, LucideIcon> = { inbox: Inbox, live: Radio, web_push: MonitorSmartphone };

function Way({ way }: { way: UserNotification['channels'][number] }) {
  const { t } = useTranslation();
  const words = useDeviceWords();
  const format = useFormat();
  const Icon = icons[way.channel] ?? Bell;
  const notes = [
    way.reason && t(`why.${way.reason}`),
    way.displayed_at && t('received.displayed', { time: format.time(way.displayed_at) }),
    way.opened_at && t('received.opened', { time: format.time(way.opened_at) }),
  ].filter(Boolean);
  return (
    <li className={classes.way}>
      <Icon size={15} aria-hidden />
      <span>
        {way.browser && way.platform
          ? words.what({ browser: way.browser, platform: way.platform })
          : t(`received.by_${way.channel}`)}
      </span>
      <span>
        <DeliveryStateMark state={way.state} />
      </span>
      <span className={classes.wayNote}>{notes.join(' · ')}</span>
    </li>
  );
}
