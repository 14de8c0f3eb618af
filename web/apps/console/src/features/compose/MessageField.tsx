/** The message: its toolbar, and the editor, which is a plain field until CodeMirror has come. */

import type { MessageFormat } from '@belfry/api/console';
import { Text } from '@mantine/core';
import { lazy, Suspense, useRef } from 'react';
import { useTranslation } from '../../app/translation';
import { Counter } from './Counter';
import type { EditorHandle } from './editor';
import classes from './MessageField.module.css';
import { apply, type Command, insert } from './markup';
import PlainEditor from './PlainEditor';
import { Toolbar } from './Toolbar';
import { MESSAGE_MOST } from './writing';

/** Where it cannot be loaded, the plain field stays. */
const CodeEditor = lazy(() =>
  import('./CodeEditor').then(
    (found) => found ?? { default: PlainEditor },
    () => ({ default: PlainEditor }),
  ),
);

export function MessageField({
  value,
  format,
  change,
  error,
}: {
  value: string;
  format: MessageFormat;
  change: (patch: { message?: string; format?: MessageFormat }) => void;
  error?: string | undefined;
}) {
  const { t } = useTranslation();
  const handle = useRef<EditorHandle>(null);
  const carry = useRef<{ from: number; to: number } | null>(null);
  const run = (command: Command) => handle.current?.run((selected) => apply(command, format, selected));
  const editor = {
    value,
    format,
    onChange: (message: string) => change({ message }),
    labelId: 'compose-message-label',
    describedBy: 'compose-message-note',
    invalid: error !== undefined,
    placeholder: t(format === 'html' ? 'compose.message_placeholder_html' : 'compose.message_placeholder'),
    handle,
    command: run,
    carry,
  };
  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a label does this for fields that it can name; the editor is none. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: with the keyboard one is in the field anyway. */}
      <div className={classes.label} id="compose-message-label" onClick={() => handle.current?.focus()}>
        {t('compose.message')}
      </div>
      <div
        className={classes.box}
        id="compose-message"
        tabIndex={-1}
        data-invalid={error !== undefined || undefined}
      >
        <Toolbar
          format={format}
          setFormat={(next) => change({ format: next })}
          run={run}
          insert={(text) => handle.current?.run((selected) => insert(selected, text))}
          refocus={() => handle.current?.focus()}
          controls="compose-message"
        />
        <Suspense fallback={<PlainEditor {...editor} />}>
          <CodeEditor {...editor} />
        </Suspense>
      </div>
      <div className={classes.note} id="compose-message-note">
        {error ? (
          <Text size="xs" c="var(--b-danger)">
            {error}
          </Text>
        ) : (
          <span>{t(format === 'html' ? 'compose.message_hint_html' : 'compose.message_hint')}</span>
        )}
        <Counter text={value} most={MESSAGE_MOST} />
      </div>
    </div>
  );
}
