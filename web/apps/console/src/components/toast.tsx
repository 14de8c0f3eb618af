/** Short messages at the edge of the screen. Owns their looks, Undo, and that they are said to screen readers. */

import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Check, Info, TriangleAlert } from 'lucide-react';
import { announce } from '../app/live-region';
import { t } from '../app/translation';

/** Undo is offered for as long as the server waits before it sends. */
const UNDO_MS = 10_000;
const READ_MS = 5_000;

export interface ToastOptions {
  tone?: 'done' | 'info' | 'problem';
  /** Takes it back; offered for ten seconds instead of asking before. */
  undo?: () => unknown;
  /** Another thing to do, for instance opening what was made. */
  action?: { label: string; run: () => void };
  id?: string;
}

const icons = { done: Check, info: Info, problem: TriangleAlert };
const colors = { done: 'green', info: 'indigo', problem: 'red' };

/** Shows `text`; the answer closes it again. */
export function toast(text: string, options: ToastOptions = {}): () => void {
  const tone = options.tone ?? 'done';
  const Icon = icons[tone];
  const close = () => {
    notifications.hide(id);
  };
  const press = (run: () => unknown) => () => {
    close();
    void run();
  };
  const id = notifications.show({
    ...(options.id && { id: options.id }),
    color: colors[tone],
    icon: <Icon size={16} aria-hidden />,
    autoClose: options.undo ? UNDO_MS : tone === 'problem' ? false : READ_MS,
    closeButtonProps: { 'aria-label': t('toast.close') },
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{text}</Text>
        {options.undo && (
          <Button size="compact-sm" variant="light" onClick={press(options.undo)}>
            {t('toast.undo')}
          </Button>
        )}
        {options.action && (
          <Button size="compact-sm" variant="light" onClick={press(options.action.run)}>
            {options.action.label}
          </Button>
        )}
      </Group>
    ),
  });
  announce(text);
  return close;
}
