/** HTML for the editor: the parser alone, without completion and without the languages that it can hold. */

import { indentNodeProp, LRLanguage } from '@codemirror/language';
import { parser } from '@lezer/html';

export const html = LRLanguage.define({
  name: 'html',
  parser: parser.configure({
    props: [indentNodeProp.add({ Element: (context) => context.column(context.node.from) + context.unit })],
  }),
}).extension;
