/** What was sent, as people see it: sender with photo, title, message, where it leads. */

import type { NotificationDetail } from '@belfry/api/console';
import { Anchor, Text } from '@mantine/core';
import { ExternalLink } from 'lucide-react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Face } from '../../components/Face';
import { Section } from '../../components/Page';
import classes from './Content.module.css';
import { Prose } from './Prose';

const titles: Partial<Record<NotificationDetail['status'], string>> = {
  draft: 'content.title_draft',
  scheduled: 'content.title_scheduled',
};

export function Content({ one }: { one: NotificationDetail }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  // Without a sender of its own it comes from the workspace, with the workspace's icon.
  const sender = one.sender || workspace.name;
  const photo = one.photo ?? (one.sender ? null : workspace.icon);
  const url = one.destination?.url;
  return (
    <Section title={t(titles[one.status] ?? 'content.title')}>
      <article className={classes.message}>
        <header className={classes.sender}>
          <Face name={sender} photo={photo ? `/photos/${photo}` : null} size={36} />
          <div className={classes.names}>
            <Text fw={600} dir="auto" lh={1.35}>
              {one.title || sender}
            </Text>
            {one.title && (
              <Text size="xs" c="dimmed" dir="auto">
                {sender}
              </Text>
            )}
          </div>
        </header>
        {one.html ? <Prose html={one.html} /> : <Text c="dimmed">{t('content.empty')}</Text>}
        {url && (
          <Anchor
            href={/^https?:/i.test(url) ? url : undefined}
            target="_blank"
            rel="noopener noreferrer"
            size="sm"
            className={classes.link ?? ''}
          >
            <ExternalLink size={14} aria-hidden />
            <span>{url}</span>
          </Anchor>
        )}
      </article>
    </Section>
  );
}
