/** Where a notification came from, as icon and word. */

import type { Origin as Word } from '@belfry/api/console';
import { CalendarClock, Code, FlaskConical, type LucideIcon, User } from 'lucide-react';
import { useTranslation } from '../../app/translation';
import classes from './Origin.module.css';

const icons: Readonly<Record<Word, LucideIcon>> = {
  operator: User,
  api: Code,
  event: CalendarClock,
  test: FlaskConical,
};

export function Origin({ origin, name }: { origin: Word; name?: string | null | undefined }) {
  const { t } = useTranslation();
  const Icon = icons[origin] ?? Code;
  return (
    <span className={classes.origin}>
      <Icon size={14} aria-hidden />
      {origin === 'operator' && name ? name : t(`origin.${origin}`)}
    </span>
  );
}
