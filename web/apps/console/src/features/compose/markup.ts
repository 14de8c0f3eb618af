/**
 * What the toolbar does to a text, for Markdown and HTML, whatever editor holds it. Pure: text and selection in, text
 * and selection out.
 */

import type { MessageFormat } from '@belfry/api/console';

export interface Selected {
  text: string;
  from: number;
  to: number;
}

export type Command = 'bold' | 'italic' | 'link' | 'list' | 'heading';

/** Applies a command to the selection; done twice, it is taken back. */
export function apply(command: Command, format: MessageFormat, selected: Selected): Selected {
  const html = format === 'html';
  switch (command) {
    case 'bold':
      return html ? wrap(selected, '<strong>', '</strong>') : wrap(selected, '**', '**');
    case 'italic':
      return html ? wrap(selected, '<em>', '</em>') : wrap(selected, '_', '_');
    case 'link':
      return link(selected, html);
    case 'heading':
      return html ? wrap(selected, '<h2>', '</h2>') : prefix(selected, '## ');
    case 'list':
      return html ? htmlList(selected) : prefix(selected, '- ');
  }
}

/** Puts a text in place of the selection, and the cursor behind it. */
export function insert(selected: Selected, text: string): Selected {
  const { from, to } = selected;
  const at = from + text.length;
  return { text: selected.text.slice(0, from) + text + selected.text.slice(to), from: at, to: at };
}

/** Spaces at the ends stay outside: `** a **` is not bold. */
function wrap({ text, from, to }: Selected, before: string, after: string): Selected {
  if (text.slice(from - before.length, from) === before && text.slice(to, to + after.length) === after) {
    const inner = text.slice(from, to);
    const start = from - before.length;
    return {
      text: text.slice(0, start) + inner + text.slice(to + after.length),
      from: start,
      to: start + inner.length,
    };
  }
  const chosen = text.slice(from, to);
  const start = from + (chosen.length - chosen.trimStart().length);
  const inner = chosen.trim();
  const end = inner ? start + inner.length : start;
  return {
    text: text.slice(0, start) + before + inner + after + text.slice(end),
    from: start + before.length,
    to: start + before.length + inner.length,
  };
}

/** Leaves the address selected, for it is what has to be typed. */
function link({ text, from, to }: Selected, html: boolean): Selected {
  const chosen = text.slice(from, to);
  const isUrl = /^https?:\/\/\S+$/.test(chosen);
  const url = isUrl ? chosen : 'https://';
  const label = isUrl ? '' : chosen;
  const made = html ? `<a href="${url}">${label}</a>` : `[${label}](${url})`;
  const urlAt = from + (html ? '<a href="'.length : label.length + 3);
  const labelAt = from + (html ? `<a href="${url}">`.length : 1);
  const [start, end] = isUrl || !label ? [labelAt, labelAt + label.length] : [urlAt, urlAt + url.length];
  return { text: text.slice(0, from) + made + text.slice(to), from: start, to: end };
}

/** All lines that the selection touches. */
function lines({ text, from, to }: Selected): { start: number; end: number; all: string[] } {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const next = text.indexOf('\n', to);
  const end = next < 0 ? text.length : next;
  return { start, end, all: text.slice(start, end).split('\n') };
}

function prefix(selected: Selected, mark: string): Selected {
  const { start, end, all } = lines(selected);
  const every = all.every((line) => line.startsWith(mark));
  const changed = all.map((line) => (every ? line.slice(mark.length) : mark + bare(line, mark)));
  return replaced(selected, start, end, changed.join('\n'));
}

/** A heading of another level becomes one of this level. */
const bare = (line: string, mark: string): string =>
  mark.startsWith('#')
    ? line.replace(/^#{1,6} /, '')
    : line.startsWith(mark)
      ? line.slice(mark.length)
      : line;

function htmlList(selected: Selected): Selected {
  const { start, end, all } = lines(selected);
  const items = all.map((line) => `  <li>${line}</li>`).join('\n');
  return replaced(selected, start, end, `<ul>\n${items}\n</ul>`);
}

/** A single cursor goes to the end of what was made; a selection stays one. */
function replaced({ text, from, to }: Selected, start: number, end: number, made: string): Selected {
  const done = text.slice(0, start) + made + text.slice(end);
  const last = start + made.length;
  if (from === to) {
    const inside = made.endsWith('</ul>') ? last - '</li>\n</ul>'.length : last - (end - to);
    return { text: done, from: inside, to: inside };
  }
  return { text: done, from: start, to: last };
}

/** Enter in a Markdown list goes on with it; on an empty item it ends it. Undefined where it is an ordinary line. */
export function newLine(selected: Selected): Selected | undefined {
  const { text, from, to } = selected;
  if (from !== to) return undefined;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const match = /^(\s*)(?:([-*+])|(\d{1,4})([.)])) (.*)$/.exec(text.slice(start, from));
  if (!match) return undefined;
  const [, space = '', bullet, number, dot, rest = ''] = match;
  if (!rest.trim()) return { text: text.slice(0, start) + text.slice(from), from: start, to: start };
  return insert(selected, `\n${space}${bullet ?? `${Number(number) + 1}${dot}`} `);
}
