/** A status: always word, icon and colour, so that none of them has to be seen. */

import type { NotificationStatus } from '@belfry/api/console';
import {
  Ban,
  CalendarX,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock3,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  PencilLine,
  TriangleAlert,
  Undo2,
} from 'lucide-react';
import { useTranslation } from '../app/translation';
import classes from './Status.module.css';

export type Tone = 'neutral' | 'accent' | 'success' | 'warning' | 'danger';

export function Status({ tone, icon: Icon, label }: { tone: Tone; icon: LucideIcon; label: string }) {
  return (
    <span className={classes.status} data-tone={tone}>
      <Icon size={14} aria-hidden />
      {label}
    </span>
  );
}

const notificationLooks: Record<NotificationStatus, [Tone, LucideIcon]> = {
  draft: ['neutral', PencilLine],
  scheduled: ['accent', Clock3],
  sending: ['accent', LoaderCircle],
  paused: ['warning', CirclePause],
  sent: ['success', CircleCheck],
  partly_failed: ['warning', TriangleAlert],
  failed: ['danger', CircleX],
  cancelled: ['neutral', Ban],
  expired: ['warning', Hourglass],
  missed: ['danger', CalendarX],
  withdrawn: ['neutral', Undo2],
};

export function NotificationStatusMark({ status }: { status: NotificationStatus }) {
  const { t } = useTranslation();
  const [tone, icon] = notificationLooks[status] ?? ['neutral', CircleDashed];
  return <Status tone={tone} icon={icon} label={t(`notification_status.${status}`)} />;
}

const deliveryLooks: Record<string, [Tone, LucideIcon]> = {
  pending: ['neutral', Clock3],
  sending: ['accent', LoaderCircle],
  success: ['success', CircleCheck],
  failed: ['danger', CircleX],
  expired: ['warning', Hourglass],
  cancelled: ['neutral', Ban],
  suppressed: ['neutral', CircleDashed],
};

export function DeliveryStateMark({ state }: { state: string }) {
  const { t } = useTranslation();
  const [tone, icon] = deliveryLooks[state] ?? ['neutral', CircleDashed];
  return <Status tone={tone} icon={icon} label={t(`delivery_state.${state}`)} />;
}
