/**
 * A list as a table: 13 px, rows of 40 px, the first cell leads to the row's page. On a phone, columns of lesser weight
 * go, and the table never scrolls sideways. Owns j, k and Enter; refuses to load: rows are given.
 */

import { Button, Center, Table, Text } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useShortcut } from '../app/shortcuts';
import { useTranslation } from '../app/translation';
import classes from './DataTable.module.css';

export interface Column<T> {
  key: string;
  header: ReactNode;
  cell: (row: T) => ReactNode;
  /** CSS length; without one the column takes what is left. */
  width?: string;
  align?: 'start' | 'end';
  /** Narrowest screen on which it is shown: always, from tablets, from desktops. */
  from?: 'phone' | 'tablet' | 'desktop';
}

export interface DataTableProps<T> {
  /** What is listed, for assistive technology. */
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Opens the row's page. Put a real link into the first cell as well. */
  open?: (row: T) => void;
  /** Below the rows, for instance `<More query={…} />`. */
  footer?: ReactNode;
}

export function DataTable<T>({ label, columns, rows, rowKey, open, footer }: DataTableProps<T>) {
  const { t } = useTranslation();
  const body = useRef<HTMLTableSectionElement>(null);
  const step = (by: number) => {
    const all = [...(body.current?.querySelectorAll<HTMLElement>('tr') ?? [])];
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    (next?.querySelector<HTMLElement>('a, button') ?? next)?.focus();
  };
  useShortcut('j', t('shortcut.next_row'), () => step(1));
  useShortcut('k', t('shortcut.previous_row'), () => step(-1));
  return (
    <div className={classes.frame}>
      <Table aria-label={label} stickyHeader className={classes.table ?? ''}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th
                key={column.key}
                data-from={column.from}
                data-align={column.align}
                {...(column.width && { w: column.width })}
              >
                {column.header}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody ref={body}>
          {rows.map((row) => (
            <Table.Tr
              key={rowKey(row)}
              data-opens={open ? true : undefined}
              onClick={(event) => {
                if (open && isPlain(event.target, event)) open(row);
              }}
              onKeyDown={(event: KeyboardEvent) => {
                if (open && event.key === 'Enter' && event.target === event.currentTarget) open(row);
              }}
            >
              {columns.map((column) => (
                <Table.Td key={column.key} data-from={column.from} data-align={column.align}>
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {footer}
    </div>
  );
}

/** A click on the row itself: not on what is in it, and not the end of selecting text. */
function isPlain(target: EventTarget, event: { metaKey: boolean; ctrlKey: boolean }): boolean {
  if (event.metaKey || event.ctrlKey || getSelection()?.toString()) return false;
  return target instanceof Element && !target.closest('a, button, input, label, [role="menuitem"]');
}

/** The rest of a list that comes in pages: a button that is also pressed by nearing it with the keyboard. */
export function More<T>({ query }: { query: UseInfiniteQueryResult<InfiniteData<{ items: T[] }>> }) {
  const { t } = useTranslation();
  if (!query.hasNextPage) return null;
  return (
    <Center p="sm">
      <Button
        variant="default"
        size="compact-md"
        aria-disabled={query.isFetchingNextPage || undefined}
        onClick={() => {
          if (!query.isFetchingNextPage) void query.fetchNextPage();
        }}
      >
        {t(query.isFetchingNextPage ? 'list.more_working' : 'list.more')}
      </Button>
      {query.isFetchNextPageError && (
        <Text size="sm" c="var(--b-danger)" ms="sm" role="status">
          {t('list.more_failed')}
        </Text>
      )}
    </Center>
  );
}
