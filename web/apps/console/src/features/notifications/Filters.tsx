/** A row of a search and choices above a list. Owns how they stand; a choice that is empty means any. */

import { Button, Select } from '@mantine/core';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from '../../app/translation';
import classes from './Filters.module.css';

export function Filters({
  children,
  clear,
  aside,
}: {
  children: ReactNode;
  /** Where something is filtered: takes all of it away. */
  clear?: (() => void) | undefined;
  aside?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <search className={classes.filters}>
      {children}
      {clear && (
        <Button variant="subtle" color="gray" leftSection={<X size={14} aria-hidden />} onClick={clear}>
          {t('notifications.clear_filters')}
        </Button>
      )}
      {aside && <div className={classes.aside}>{aside}</div>}
    </search>
  );
}

export function Choice<T extends string>({
  label,
  any,
  value,
  options,
  change,
}: {
  label: string;
  /** What stands there while nothing is chosen. */
  any: string;
  value: T | undefined;
  options: readonly { value: T; label: string }[];
  change: (value: T | undefined) => void;
}) {
  return (
    <Select
      aria-label={label}
      placeholder={any}
      className={classes.choice ?? ''}
      data-set={value !== undefined || undefined}
      data={[...options]}
      value={value ?? null}
      onChange={(chosen) => change((chosen as T | null) ?? undefined)}
      clearable
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
    />
  );
}
