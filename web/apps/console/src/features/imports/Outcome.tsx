/** What became of the rows, or would become: four counts that add up, and the first rows that are refused with why. */

import type { Import } from '@belfry/api/console';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { type Column, DataTable } from '../../components/DataTable';
import { Section } from '../../components/Page';
import { Download } from './Download';
import { rowNamed, wrongIn } from './file-check';
import classes from './Import.module.css';

type Result = NonNullable<Import['result']>;
const kinds = ['added', 'changed', 'unchanged', 'rejected'] as const;

export function Counts({ result, would }: { result: Result; would: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl className={classes.counts}>
      {kinds.map((kind) => (
        <div
          key={kind}
          className={classes.count}
          data-kind={kind}
          data-none={result[kind] === 0 || undefined}
        >
          <dt>{t(would ? `import.would_${kind}` : `import.did_${kind}`)}</dt>
          <dd>{format.number(result[kind])}</dd>
        </div>
      ))}
    </dl>
  );
}

type Refused = Import['sample_errors'][number];

export function RefusedRows({ it }: { it: Import }) {
  const { t } = useTranslation();
  const columns = useColumns();
  const count = it.result?.rejected ?? 0;
  if (count === 0) return null;
  const title = t(it.status === 'done' ? 'import.left_out_rows' : 'import.refused_rows', { count });
  return (
    <Section flush title={title} lead={t('import.refused_rows_lead')} actions={<Download it={it} />}>
      <DataTable
        label={title}
        columns={columns}
        rows={it.sample_errors}
        rowKey={(one) => `${one.row} ${one.code}`}
      />
      {count > it.sample_errors.length && (
        <p className={classes.rest}>{t('import.refused_rest', { count: count - it.sample_errors.length })}</p>
      )}
    </Section>
  );
}

function useColumns(): Column<Refused>[] {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const why = ({ code, detail }: Refused): string => {
    const wrong = wrongIn(detail);
    if (wrong) return t(`import_wrong.${wrong.what}`, { cell: wrong.cell });
    const row = rowNamed(detail);
    const key = `import_error.${code}`;
    const known =
      i18n.exists(key) && (row !== null || !['same_id', 'same_email', 'duplicate'].includes(code));
    return known ? t(key, { row: row ?? 0, detail }) : detail;
  };
  return [
    {
      key: 'row',
      header: t('import.column_row'),
      width: '4.5rem',
      cell: (one) => format.number(one.row),
    },
    { key: 'why', header: t('import.column_why'), cell: (one) => <bdi>{why(one)}</bdi> },
    {
      key: 'field',
      header: t('import.column_field'),
      width: '12rem',
      from: 'tablet',
      cell: (one) => {
        const field = one.field ?? fieldOf(one.detail);
        return field ? t(`import.field_${field}`) : '–';
      },
    },
  ];
}

/** The field that a sentence is about where the server names none. */
function fieldOf(detail: string): 'email' | 'locale' | null {
  const what = wrongIn(detail)?.what;
  return what === 'email' || what === 'locale' ? what : null;
}
