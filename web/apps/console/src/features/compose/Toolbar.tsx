/** Formatting for the message: one stop for Tab, arrows inside (ARIA toolbar). */

import type { MessageFormat } from '@belfry/api/console';
import { ActionIcon, Popover, SegmentedControl, Tooltip } from '@mantine/core';
import { Bold, Heading2, Italic, Link as LinkSign, List, type LucideIcon, Smile } from 'lucide-react';
import { type KeyboardEvent, lazy, Suspense, useState } from 'react';
import { useTranslation } from '../../app/translation';
import { Later } from '../../components/Later';
import classes from './MessageField.module.css';
import type { Command } from './markup';

const EmojiPicker = lazy(() => import('./EmojiPicker'));

const commands: readonly { command: Command; icon: LucideIcon; keys?: string }[] = [
  { command: 'bold', icon: Bold, keys: 'Ctrl+B' },
  { command: 'italic', icon: Italic, keys: 'Ctrl+I' },
  { command: 'heading', icon: Heading2 },
  { command: 'list', icon: List },
  { command: 'link', icon: LinkSign },
];

export interface ToolbarProps {
  format: MessageFormat;
  setFormat: (format: MessageFormat) => void;
  run: (command: Command) => void;
  insert: (text: string) => void;
  /** Back to the text, where the picker was closed without a choice. */
  refocus: () => void;
  controls: string;
}

/** Left and right go round; Home and End to the ends. */
function onArrow(event: KeyboardEvent<HTMLElement>): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button[data-tool]')];
  const at = all.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const rtl = getComputedStyle(event.currentTarget).direction === 'rtl';
  const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key];
  const next =
    event.key === 'Home'
      ? 0
      : event.key === 'End'
        ? all.length - 1
        : step && (at + step + all.length) % all.length;
  if (next === undefined) return;
  event.preventDefault();
  all[next]?.focus();
}

export function Toolbar({ format, setFormat, run, insert, refocus, controls }: ToolbarProps) {
  const { t } = useTranslation();
  const [last, setLast] = useState(0);
  const [open, setOpen] = useState(false);
  const tool = (at: number) => ({
    'data-tool': true,
    tabIndex: at === last ? 0 : -1,
    onFocus: () => setLast(at),
    variant: 'subtle',
    color: 'gray',
    c: 'var(--b-secondary)',
    size: 32,
  });
  return (
    <div className={classes.bar}>
      <div
        role="toolbar"
        aria-label={t('compose.toolbar')}
        aria-controls={controls}
        className={classes.tools}
        onKeyDown={onArrow}
      >
        {commands.map(({ command, icon: Icon, keys }, at) => (
          <Tooltip key={command} label={[t(`compose.tool_${command}`), keys].filter(Boolean).join(' · ')}>
            <ActionIcon
              {...tool(at)}
              aria-label={t(`compose.tool_${command}`)}
              aria-keyshortcuts={keys?.replace('Ctrl', 'Control')}
              onClick={() => run(command)}
            >
              <Icon size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
        ))}
        <Popover
          opened={open}
          onChange={setOpen}
          onClose={refocus}
          position="bottom-start"
          shadow="md"
          trapFocus
          withinPortal
        >
          <Popover.Target>
            <ActionIcon
              {...tool(commands.length)}
              aria-label={t('compose.tool_emoji')}
              title={t('compose.tool_emoji')}
              onClick={() => setOpen((was) => !was)}
            >
              <Smile size={17} aria-hidden />
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown p={0} aria-label={t('compose.tool_emoji')}>
            <Suspense fallback={<Later>{t('state.loading')}</Later>}>
              <EmojiPicker
                choose={(emoji) => {
                  setOpen(false);
                  insert(emoji);
                }}
              />
            </Suspense>
          </Popover.Dropdown>
        </Popover>
      </div>
      <SegmentedControl
        size="xs"
        aria-label={t('compose.format')}
        value={format}
        onChange={(value) => setFormat(value as MessageFormat)}
        data={[
          { value: 'markdown', label: 'Markdown' },
          { value: 'html', label: 'HTML' },
        ]}
      />
    </div>
  );
}
