/** The head and body of a page: title (also of the document), actions, and the focus that a change of page moves here. */

import { Group, Text, Title } from '@mantine/core';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTitle } from '../app/title';
import { Lines } from './Later';
import { LinkAnchor } from './links';
import classes from './Page.module.css';

export interface PageProps {
  title: string;
  /** Beside the title: a count, a status. */
  aside?: ReactNode;
  /** Below the title, one line. */
  lead?: ReactNode;
  actions?: ReactNode;
  /** The page above this one; `narrow`: only where the navigation beside the page does not show it. */
  back?: { to: string; label: string; narrow?: boolean };
  /** `narrow` for forms and text; it begins where the others do. */
  width?: 'narrow' | 'normal';
  children: ReactNode;
}

export function Page({ title, aside, lead, actions, back, width = 'normal', children }: PageProps) {
  useTitle(title);
  return (
    <div className={classes.page} data-width={width}>
      {back && (
        <LinkAnchor to={back.to} className={classes.back ?? ''} data-narrow={back.narrow}>
          <ArrowLeft size={15} aria-hidden className="flip" />
          {back.label}
        </LinkAnchor>
      )}
      <header className={classes.head}>
        <div className={classes.heading}>
          <Group gap="sm" align="center">
            <Title order={1} tabIndex={-1} id="page-title">
              {title}
            </Title>
            {aside}
          </Group>
          {lead && (
            <Text c="dimmed" mt={2} component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions && (
          <Group gap="xs" className={classes.actions ?? ''}>
            {actions}
          </Group>
        )}
      </header>
      {children}
    </div>
  );
}

/** Where a page is about to be. */
export function Waiting() {
  return (
    <div className={classes.page}>
      <Lines />
    </div>
  );
}

/** A titled card; the title is a heading of the second level. */
export function Section({
  title,
  lead,
  actions,
  flush = false,
  children,
}: {
  title?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Content reaches the edges, as tables do. */
  flush?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={classes.section}>
      {(title || actions) && (
        <header className={classes.sectionHead}>
          <div>
            {title && (
              <Title order={2} className={classes.sectionTitle}>
                {title}
              </Title>
            )}
            {lead && (
              <Text size="sm" c="dimmed" component="div">
                {lead}
              </Text>
            )}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </header>
      )}
      <div className={flush ? classes.flush : classes.sectionBody}>{children}</div>
    </section>
  );
}
