/**
 * The message in CodeMirror: the source with its markup coloured. Loaded when the page is there already. Markdown is
 * parsed by the parser alone, for the ready-made language brings HTML, CSS and JavaScript along; HTML comes when used.
 */

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { defineLanguageFacet, HighlightStyle, Language, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { GFM, parser } from '@lezer/markdown';
import { getNonce } from 'get-nonce';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { EditorProps } from './editor';
import classes from './MessageField.module.css';
import { newLine, type Selected } from './markup';

const markdown = new Language(defineLanguageFacet(), parser.configure([GFM]), [], 'markdown');

async function languageOf(format: EditorProps['format']): Promise<Extension> {
  if (format === 'markdown') return markdown.extension;
  return (await import('./html-language')).html;
}

const colours = HighlightStyle.define([
  { tag: [tags.heading, tags.strong], fontWeight: '650' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url, tags.tagName], color: 'var(--b-accent-text)' },
  { tag: tags.monospace, color: 'var(--b-secondary)' },
  {
    tag: [
      tags.processingInstruction,
      tags.angleBracket,
      tags.contentSeparator,
      tags.attributeName,
      tags.comment,
    ],
    color: 'var(--b-muted)',
  },
  { tag: tags.quote, color: 'var(--b-secondary)' },
  { tag: tags.attributeValue, color: 'var(--b-success)' },
]);

const looks = EditorView.theme({
  '&': { fontSize: 'inherit', minHeight: '13rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: '1.6', maxHeight: '32rem', minHeight: '13rem' },
  '.cm-content': { padding: '12px 14px', caretColor: 'var(--b-text)' },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--b-muted)' },
  '.cm-cursor': { borderLeftColor: 'var(--b-text)' },
});

function selected(state: EditorState): Selected {
  const { from, to } = state.selection.main;
  return { text: state.doc.toString(), from, to };
}

/** Only what differs is replaced, so that undo and the cursor stay where they were. */
function replacing(state: EditorState, next: Selected) {
  const before = state.doc.toString();
  const after = next.text;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return state.update({
    changes: { from: start, to: before.length - end, insert: after.slice(start, after.length - end) },
    selection: { anchor: Math.min(next.from, after.length), head: Math.min(next.to, after.length) },
    scrollIntoView: true,
    userEvent: 'input',
  });
}

export default function CodeEditor(props: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const language = useRef(new Compartment());
  const attributes = useRef(new Compartment());
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useImperativeHandle(props.handle, () => ({
    focus: () => view.current?.focus(),
    run(change) {
      const editor = view.current;
      if (!editor) return;
      editor.dispatch(replacing(editor.state, change(selected(editor.state))));
      editor.focus();
    },
  }));

  useLayoutEffect(() => {
    if (!host.current) return undefined;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: extensions(latest, language.current, attributes.current),
      }),
    });
    view.current = editor;
    const { carry } = latest.current;
    if (carry.current) {
      const { from, to } = carry.current;
      carry.current = null;
      editor.dispatch({ selection: { anchor: from, head: to } });
      editor.focus();
    }
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, []);

  const { format, value, describedBy, invalid, labelId } = props;
  useEffect(() => {
    let current = true;
    void languageOf(format).then((extension) => {
      if (current) view.current?.dispatch({ effects: language.current.reconfigure(extension) });
    });
    return () => {
      current = false;
    };
  }, [format]);
  useEffect(() => {
    view.current?.dispatch({
      effects: attributes.current.reconfigure(aria({ describedBy, invalid, labelId })),
    });
  }, [describedBy, invalid, labelId]);
  // In the same step as the editor's coming: a key that is pressed before a later effect ran would be taken back by it.
  useLayoutEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    const { from, to } = editor.state.selection.main;
    editor.dispatch(replacing(editor.state, { text: value, from, to }));
  }, [value]);
  return <div ref={host} className={classes.code} />;
}

function aria({
  describedBy,
  invalid,
  labelId,
}: Pick<EditorProps, 'describedBy' | 'invalid' | 'labelId'>): Extension {
  return EditorView.contentAttributes.of({
    'aria-labelledby': labelId,
    'aria-describedby': describedBy,
    spellcheck: 'true',
    autocorrect: 'on',
    autocapitalize: 'sentences',
    dir: 'auto',
    ...(invalid && { 'aria-invalid': 'true' }),
  });
}

function extensions(
  latest: { current: EditorProps },
  language: Compartment,
  attributes: Compartment,
): Extension[] {
  const command = (which: 'bold' | 'italic') => () => {
    latest.current.command(which);
    return true;
  };
  const enter = (editor: EditorView): boolean => {
    if (latest.current.format !== 'markdown') return false;
    const next = newLine(selected(editor.state));
    if (next) editor.dispatch(replacing(editor.state, next));
    return next !== undefined;
  };
  return [
    EditorView.cspNonce.of(getNonce() ?? ''),
    history(),
    Prec.high(
      keymap.of([
        { key: 'Mod-b', run: command('bold') },
        { key: 'Mod-i', run: command('italic') },
        { key: 'Enter', run: enter },
      ]),
    ),
    keymap.of([...historyKeymap, ...defaultKeymap]),
    EditorView.lineWrapping,
    looks,
    syntaxHighlighting(colours),
    placeholder(latest.current.placeholder),
    language.of(latest.current.format === 'markdown' ? markdown.extension : []),
    attributes.of(aria(latest.current)),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      const text = update.state.doc.toString();
      if (text !== latest.current.value) latest.current.onChange(text);
    }),
  ];
}
