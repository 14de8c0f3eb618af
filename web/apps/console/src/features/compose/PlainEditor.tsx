/** The message in a plain text field: what is there while the editor loads, and where it does not. */

import { type KeyboardEvent, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { EditorProps } from './editor';
import classes from './MessageField.module.css';
import type { Selected } from './markup';

export default function PlainEditor(props: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const next = useRef<Selected | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useImperativeHandle(props.handle, () => ({
    focus: () => field.current?.focus(),
    run(change) {
      const area = field.current;
      if (!area) return;
      next.current = change({ text: area.value, from: area.selectionStart, to: area.selectionEnd });
      latest.current.onChange(next.current.text);
      area.focus();
    },
  }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the selection is set once the new text is there.
  useLayoutEffect(() => {
    if (!next.current) return;
    field.current?.setSelectionRange(next.current.from, next.current.to);
    next.current = null;
  }, [props.value]);
  const { carry } = props;
  useLayoutEffect(() => {
    const area = field.current;
    return () => {
      if (area && document.activeElement === area) {
        carry.current = { from: area.selectionStart, to: area.selectionEnd };
      }
    };
  }, [carry]);
  const onKey = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const command = ({ b: 'bold', i: 'italic' } as const)[event.key];
    if (!command) return;
    event.preventDefault();
    props.command(command);
  };
  return (
    <textarea
      ref={field}
      className={classes.plain}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      onKeyDown={onKey}
      aria-labelledby={props.labelId}
      aria-describedby={props.describedBy}
      aria-invalid={props.invalid || undefined}
      placeholder={props.placeholder}
      dir="auto"
      rows={9}
    />
  );
}
