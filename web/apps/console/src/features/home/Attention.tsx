/** What needs the operator, with the way to it. Nothing is shown where nothing does. */

import type { Attention as Item } from '@belfry/api/console';
import { CircleX, MonitorSmartphone, ToggleLeft, TriangleAlert } from 'lucide-react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { LinkButton } from '../../components/links';
import classes from './HomePage.module.css';

/** Where it is dealt with, as a route; what is not listed has its own notification. */
const places = { push_off: '/w/$ws/settings', no_devices: '/w/$ws/people' } as const;
const icons = { failed: CircleX, push_off: ToggleLeft, no_devices: MonitorSmartphone };

export function Attention({ items }: { items: readonly Item[] }) {
  const { t, i18n } = useTranslation();
  const { slug } = useWorkspace();
  if (items.length === 0) return null;
  return (
    <ul className={classes.attention} aria-label={t('home.attention')}>
      {items.map((item) => {
        const Icon = icons[item.kind as keyof typeof icons] ?? TriangleAlert;
        const key = `attention.${item.kind}`;
        const known = i18n.exists(key) || i18n.exists(`${key}.other`);
        const values = { count: item.count ?? 0, title: item.title ?? t('notification.untitled') };
        return (
          <li key={`${item.kind} ${item.notification_id ?? ''}`}>
            <Icon size={18} aria-hidden />
            <span className={classes.attentionText}>
              {known ? t(key, values) : t('attention.unknown', { ...values, kind: item.kind })}
            </span>
            <Look item={item} slug={slug} />
          </li>
        );
      })}
    </ul>
  );
}

/** The way to what it is about; nothing where a newer server tells of something that this page does not know. */
function Look({ item, slug }: { item: Item; slug: string }) {
  const { t } = useTranslation();
  const looks = { size: 'compact-sm', variant: 'default', children: t('home.look') } as const;
  if (item.notification_id) {
    return (
      <LinkButton to="/w/$ws/notifications/$id" params={{ ws: slug, id: item.notification_id }} {...looks} />
    );
  }
  const to = places[item.kind as keyof typeof places];
  return to ? <LinkButton to={to} params={{ ws: slug }} {...looks} /> : null;
}
