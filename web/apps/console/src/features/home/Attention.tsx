/** What needs the operator, with the way to it. Nothing is shown where nothing does. */

import type { Attention as Item } from '@belfry/api/console';
import { CircleX, MonitorSmartphone, ToggleLeft, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useWorkspace } from '../../app/session';
import { LinkButton } from '../../components/links';
import classes from './HomePage.module.css';

/** Where it is dealt with, as a route; what is not listed has its own notification. */
const places: Readonly<Record<string, string>> = {
  push_off: '/w/$ws/settings',
  no_devices: '/w/$ws/people',
};
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
        const values = { count: item.count ?? 0, title: item.title ?? t('home.untitled') };
        const to = item.notification_id ? '/w/$ws/notifications/$id' : places[item.kind];
        return (
          <li key={`${item.kind} ${item.notification_id ?? ''}`}>
            <Icon size={18} aria-hidden />
            <span className={classes.attentionText}>
              {known ? t(key, values) : t('attention.unknown', { ...values, kind: item.kind })}
            </span>
            {to && (
              <LinkButton
                to={to}
                params={{ ws: slug, id: item.notification_id ?? '' } as never}
                size="compact-sm"
                variant="default"
              >
                {t('home.look')}
              </LinkButton>
            )}
          </li>
        );
      })}
    </ul>
  );
}
