/** Which column holds what: every column of the file with what stands in it, and what it becomes. */

import type { Import } from '@belfry/api/console';
import { Alert, Select, Text } from '@mantine/core';
import { ArrowRight, CircleAlert, Info } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { announce } from '../../app/live-region';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';
import { Section } from '../../components/Page';
import classes from './Import.module.css';
import { asField, assign, fieldOf, hasName, importFields, type Mapping, tellsApart } from './mapping';

const SKIP = 'skip';

export interface ColumnsProps {
  it: Import;
  check: (mapping: Mapping) => void;
  busy: boolean;
}

export function Columns({ it, check, busy }: ColumnsProps) {
  const { t } = useTranslation();
  const [mapping, setMapping] = useState<Mapping>(it.mapping);
  const [refused, setRefused] = useState(false);
  const alert = useRef<HTMLDivElement>(null);
  const set = (column: number, value: string | null) => {
    const field = asField(value);
    const before = field === null ? undefined : mapping[field];
    setMapping(assign(mapping, column, field));
    setRefused(false);
    const moved = before === undefined || before === column ? undefined : it.columns[before];
    if (moved && field) {
      announce(t('import.moved', { field: t(`import.field_${field}`), column: moved.heading }));
    }
  };
  const submit = () => {
    if (tellsApart(mapping)) {
      check(mapping);
      return;
    }
    setRefused(true);
    requestAnimationFrame(() => alert.current?.focus());
  };
  return (
    <Section flush title={t('import.columns_title')} lead={t('import.columns_lead')}>
      <div className={classes.columns}>
        {it.columns.map((column) => (
          <ColumnRow
            key={column.index}
            column={column}
            field={fieldOf(mapping, column.index)}
            set={(value) => set(column.index, value)}
          />
        ))}
      </div>
      <div className={classes.foot}>
        {refused ? (
          <Alert
            ref={alert}
            tabIndex={-1}
            role="alert"
            color="red"
            icon={<CircleAlert size={18} aria-hidden />}
            className={classes.footNote ?? ''}
          >
            {t('import.needs_key')}
          </Alert>
        ) : (
          <Text size="sm" c="dimmed" className={classes.footNote ?? ''}>
            {hasName(mapping) ? null : (
              <span className={classes.hint}>
                <Info size={15} aria-hidden />
                {t('import.no_name')}
              </span>
            )}
          </Text>
        )}
        <div className={classes.footButtons}>
          <Busy
            busy={busy}
            onClick={submit}
            rightSection={<ArrowRight size={16} aria-hidden className="flip" />}
          >
            {t('import.check')}
          </Busy>
        </div>
      </div>
    </Section>
  );
}

interface ColumnRowProps {
  column: Import['columns'][number];
  field: string | null;
  set: (value: string | null) => void;
}

function ColumnRow({ column, field, set }: ColumnRowProps) {
  const { t } = useTranslation();
  const id = useId();
  const heading = column.heading.trim() || t('import.column_without_heading', { number: column.index + 1 });
  const samples = column.samples.map((one) => one.trim()).filter(Boolean);
  return (
    <div className={classes.column} data-skipped={field === null || undefined}>
      <div className={classes.source}>
        <span className={classes.heading} id={id}>
          <bdi>{heading}</bdi>
        </span>
        <span className={classes.samples}>
          {samples.length > 0
            ? samples.map((one, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same value may stand in two rows.
                <bdi key={index} className={classes.sample}>
                  {one}
                </bdi>
              ))
            : t('import.no_samples')}
        </span>
      </div>
      <ArrowRight size={16} aria-hidden className={classes.arrow} />
      <Select
        aria-labelledby={id}
        data={[
          { value: SKIP, label: t('import.skip') },
          ...importFields.map((value) => ({ value, label: t(`import.field_${value}`) })),
        ]}
        value={field ?? SKIP}
        allowDeselect={false}
        maxDropdownHeight={380}
        onChange={set}
      />
    </div>
  );
}
