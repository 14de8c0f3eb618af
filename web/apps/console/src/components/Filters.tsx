/**
 * A search and choices above a list. Owns how they stand, and saying how many fit; on a phone the choices wait behind a
 * button. A choice that is empty means any.
 */

import { Button, Select, type SelectProps } from '@mantine/core';
import { SlidersHorizontal } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { announce } from '../app/live-region';
import { useTranslation } from '../app/translation';
import classes from './Filters.module.css';

export interface FiltersProps {
  search: ReactNode;
  /** The choices. */
  children: ReactNode;
  /** How many of the choices are made. */
  chosen: number;
  /** Where something is filtered: takes all of it away. */
  clear: (() => void) | undefined;
  /** How many rows fit; null while that is not known. */
  found: number | null;
  /** There are further pages of them. */
  more: boolean;
}

export function Filters({ search, children, chosen, clear, found, more }: FiltersProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const words = clear && found !== null ? t(more ? 'list.found_more' : 'list.found', { count: found }) : '';
  useEffect(() => {
    if (words) announce(words);
  }, [words]);
  return (
    <search className={classes.filters}>
      {search}
      <Button
        variant="default"
        className={classes.toggle ?? ''}
        leftSection={<SlidersHorizontal size={16} aria-hidden />}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {chosen > 0 ? t('list.filters_set', { count: chosen }) : t('list.filters')}
      </Button>
      <div className={classes.choices} data-open={open || undefined}>
        {children}
      </div>
      {/* Where nothing fits, the list itself says so and has the button. */}
      {clear && (found !== 0 || more) && (
        <div className={classes.found}>
          <span className="figures">{words}</span>
          <Button variant="subtle" size="compact-sm" onClick={clear}>
            {t('list.clear_filters')}
          </Button>
        </div>
      )}
    </search>
  );
}

export interface ChoiceProps<T extends string> {
  label: string;
  /** What stands there while nothing is chosen. */
  any: string;
  value: T | undefined;
  options: readonly { value: T; label: string }[];
  change: (value: T | undefined) => void;
  /** Of a long list, what is said where no option has the words that were typed. */
  none?: string;
}

export function Choice<T extends string>({ label, any, value, options, change, none }: ChoiceProps<T>) {
  const long: SelectProps = none ? { searchable: true, nothingFoundMessage: none } : {};
  return (
    <Select
      aria-label={label}
      placeholder={any}
      className={classes.choice ?? ''}
      data={[...options]}
      value={value ?? null}
      onChange={(chosen) => change((chosen as T | null) ?? undefined)}
      clearable
      clearButtonProps={{ 'aria-label': any }}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      {...long}
    />
  );
}
