/** How long it is worth delivering, in units that people use. */

import { Group, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from '../../app/translation';
import classes from './Compose.module.css';
import { most, type RunTime, seconds, split, UNITS, type Unit } from './run-time';

export function RunTimeField({
  value,
  change,
  error,
}: {
  /** Seconds. */
  value: number;
  change: (seconds: number) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation();
  // 24 hours stay 24 hours while somebody chooses; only another value from outside is written anew.
  const [shown, show] = useState<RunTime>(() => split(value));
  // While somebody types, an empty field is empty.
  const [typed, type] = useState<string | null>(null);
  const current = seconds(shown) === value ? shown : split(value);
  const set = (next: RunTime) => {
    const fitting = { ...next, value: Math.min(Math.max(Math.round(next.value), 0), most(next.unit)) };
    show(fitting);
    change(seconds(fitting));
  };
  return (
    <div>
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          id="compose-run_time"
          type="number"
          inputMode="numeric"
          label={t('compose.run_time')}
          value={typed ?? String(current.value)}
          onChange={(event) => {
            type(event.currentTarget.value);
            set({ ...current, value: Number(event.currentTarget.value) || 0 });
          }}
          onBlur={() => type(null)}
          min={0}
          max={most(current.unit)}
          step={1}
          w="8rem"
          aria-describedby="compose-run_time-hint"
          error={error}
        />
        <NativeSelect
          aria-label={t('compose.run_time_unit')}
          value={current.unit}
          onChange={(event) => set({ ...current, unit: event.currentTarget.value as Unit })}
          data={(Object.keys(UNITS) as Unit[]).map((unit) => ({
            value: unit,
            label: t(`compose.unit_${unit}`, { count: current.value }),
          }))}
          w="9rem"
        />
      </Group>
      <p className={classes.hint} id="compose-run_time-hint">
        {t(value === 0 ? 'compose.run_time_none' : 'compose.run_time_hint')}
      </p>
    </div>
  );
}
