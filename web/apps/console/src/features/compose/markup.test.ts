import { expect, it } from 'vitest';
import { apply, type Command, newLine, type Selected } from './markup';

/** `[` and `]` in the text are the selection, `|` a cursor. */
function given(marked: string): Selected {
  if (marked.includes('|'))
    return { text: marked.replace('|', ''), from: marked.indexOf('|'), to: marked.indexOf('|') };
  const from = marked.indexOf('‹');
  return { text: marked.replace(/[‹›]/g, ''), from, to: marked.indexOf('›') - 1 };
}
const shown = ({ text, from, to }: Selected): string =>
  from === to
    ? `${text.slice(0, from)}|${text.slice(from)}`
    : `${text.slice(0, from)}‹${text.slice(from, to)}›${text.slice(to)}`;

it.each<[Command, string, string]>([
  ['bold', 'a ‹b› c', 'a **‹b›** c'],
  ['bold', 'a **‹b›** c', 'a ‹b› c'],
  ['bold', 'a ‹ b › c', 'a  **‹b›**  c'],
  ['italic', 'a |', 'a _|_'],
  ['link', 'see ‹this›', 'see [this](‹https://›)'],
  ['link', '‹https://a.example›', '[|](https://a.example)'],
  ['list', '‹one\ntwo›', '‹- one\n- two›'],
  ['list', '‹- one\n- two›', '‹one\ntwo›'],
  ['heading', 'Ti|tle', '## Ti|tle'],
  ['heading', '### Title|', '## Title|'],
])('%s in Markdown: %s', (command, before, after) => {
  expect(shown(apply(command, 'markdown', given(before)))).toBe(after);
});

it.each<[Command, string, string]>([
  ['bold', '‹a›', '<strong>‹a›</strong>'],
  ['link', '‹a›', '<a href="‹https://›">a</a>'],
  ['list', 'a|', '<ul>\n  <li>a|</li>\n</ul>'],
])('%s in HTML: %s', (command, before, after) => {
  expect(shown(apply(command, 'html', given(before)))).toBe(after);
});

it.each([
  ['- one|', '- one\n- |'],
  ['9. one|', '9. one\n10. |'],
  ['- one\n- |', '- one\n|'],
  ['plain|', undefined],
])('goes on with a list: %j', (before, after) => {
  const next = newLine(given(before));
  expect(next && shown(next)).toBe(after);
});
