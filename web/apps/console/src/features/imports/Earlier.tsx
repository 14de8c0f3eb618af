/** Imports of the last days, to be gone back to. */

import type { Import } from '@belfry/api/console';
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useFormat } from '../../app/format';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { type Column, DataTable } from '../../components/DataTable';
import { Loaded } from '../../components/Loaded';
import { LinkAnchor } from '../../components/links';
import { Section } from '../../components/Page';
import { ImportStatusMark } from './ImportStatusMark';
import { importsQuery } from './queries';

export function Earlier() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const columns = useColumns(workspace.slug);
  const query = useQuery(importsQuery(workspace.id));
  if (query.data?.items.length === 0) return null;
  return (
    <Section flush title={t('import.earlier')} lead={t('import.earlier_lead')}>
      <Loaded query={query} compact>
        {({ items }) => (
          <DataTable
            label={t('import.earlier')}
            columns={columns}
            rows={items}
            rowKey={(one) => one.id}
            open={(one) =>
              void navigate({
                to: '/w/$ws/people/import/$id',
                params: { ws: workspace.slug, id: one.id },
              })
            }
          />
        )}
      </Loaded>
    </Section>
  );
}

function useColumns(ws: string): Column<Import>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: 'file',
      header: t('import.column_file'),
      cell: (one) => (
        <>
          <LinkAnchor to="/w/$ws/people/import/$id" params={{ ws, id: one.id }}>
            <bdi>{one.filename}</bdi>
          </LinkAnchor>
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            {format.relative(one.created_at)}
          </Text>
        </>
      ),
    },
    {
      key: 'status',
      header: t('people.column_status'),
      width: '11rem',
      cell: (one) => <ImportStatusMark status={one.status} />,
    },
    {
      key: 'rows',
      header: t('import.column_rows'),
      align: 'end',
      width: '7rem',
      from: 'tablet',
      cell: (one) => format.number(one.rows),
    },
    {
      key: 'time',
      header: t('import.column_time'),
      align: 'end',
      width: '10rem',
      from: 'tablet',
      cell: (one) => (
        <time dateTime={one.created_at} title={format.dateTime(one.created_at)}>
          {format.relative(one.created_at)}
        </time>
      ),
    },
  ];
}
