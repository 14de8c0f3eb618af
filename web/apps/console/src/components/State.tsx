/**
 * What a page or a card says when there is nothing to show: empty, failed, forbidden, gone, offline. One sentence why,
 * one action. *Not allowed* looks different from *empty*.
 */

import { Button, Group, Stack, Text, Title } from '@mantine/core';
import {
  ArrowLeft,
  CloudOff,
  FileQuestion,
  Lock,
  type LucideIcon,
  RotateCw,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useWorkspaceOfAddress } from '../app/session';
import { useTranslation } from '../app/translation';
import { LinkButton } from './links';
import { useProblemText } from './problem-text';
import classes from './State.module.css';

export interface StateProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  /** The one thing to do about it. */
  action?: ReactNode;
  tone?: 'neutral' | 'danger' | 'warning';
  /** Fills a card instead of a page. */
  compact?: boolean;
}

export function State({
  icon: Icon,
  title,
  children,
  action,
  tone = 'neutral',
  compact = false,
}: StateProps) {
  return (
    <Stack className={classes.state} data-compact={compact || undefined} align="center" gap="sm">
      <span className={classes.icon} data-tone={tone}>
        <Icon size={22} aria-hidden />
      </span>
      <Stack gap={4} align="center">
        <Title order={2} className={classes.title}>
          {title}
        </Title>
        {children && (
          <Text c="dimmed" ta="center" maw="44ch" component="div" className={classes.why ?? ''}>
            {children}
          </Text>
        )}
      </Stack>
      {action && <Group justify="center">{action}</Group>}
    </Stack>
  );
}

/** Nothing is there yet, or nothing fits the filters. */
export function Empty(props: StateProps) {
  return <State {...props} />;
}

/** Says which role somebody has, and who can give them another. */
export function Forbidden({ compact = false }: { compact?: boolean }) {
  const { t } = useTranslation();
  const workspace = useWorkspaceOfAddress();
  return (
    <State
      icon={Lock}
      title={t('state.forbidden_title')}
      tone="warning"
      compact={compact}
      action={
        workspace && (
          <LinkButton to="/w/$ws" params={{ ws: workspace.slug }} variant="default">
            {t('state.go_home')}
          </LinkButton>
        )
      }
    >
      {workspace
        ? t('state.forbidden', { workspace: workspace.name, role: t(`role.${workspace.role}`) })
        : t('problem.permission_missing')}
    </State>
  );
}

export function Gone({ action, compact = false }: { action?: ReactNode; compact?: boolean }) {
  const { t } = useTranslation();
  return (
    <State icon={FileQuestion} title={t('state.gone_title')} action={action} compact={compact}>
      {t('state.gone')}
    </State>
  );
}

/** Whatever went wrong, in the form that fits it: 403 and 404 have their own. */
export function Failure({
  error,
  retry,
  up,
  compact = false,
}: {
  error: unknown;
  retry?: () => void;
  /** The page above, for what is not there. */
  up?: { to: string; label: string } | undefined;
  compact?: boolean;
}) {
  const { t } = useTranslation();
  const say = useProblemText();
  const { status, code, text } = say(error);
  if (status === 403 && code === 'permission_missing') return <Forbidden compact={compact} />;
  if (status === 404) {
    const action = up && (
      <LinkButton
        to={up.to}
        variant="default"
        leftSection={<ArrowLeft size={16} className="flip" aria-hidden />}
      >
        {up.label}
      </LinkButton>
    );
    return <Gone action={action} compact={compact} />;
  }
  const offline = status === 0;
  return (
    <State
      icon={offline ? CloudOff : TriangleAlert}
      title={t(offline ? 'state.offline_title' : 'state.failed_title')}
      tone="danger"
      compact={compact}
      action={
        retry && (
          <Button variant="default" leftSection={<RotateCw size={16} />} onClick={retry}>
            {t('state.retry')}
          </Button>
        )
      }
    >
      {text}
    </State>
  );
}
