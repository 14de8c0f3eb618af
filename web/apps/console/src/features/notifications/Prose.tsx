/**
 * Clean HTML of a message as React elements, without any HTML sink: only the elements and attributes that the inbox
 * allows are ever made. Pictures of other servers are not loaded here (the console's policy forbids it, and they would
 * tell who looked): a link stands in for them.
 */

import { type HtmlNode, parseHtml } from '@belfry/inbox/html';
import { Image } from 'lucide-react';
import { createElement, type ReactNode, useMemo } from 'react';
import { useTranslation } from '../../app/translation';
import classes from './Prose.module.css';

/** HTML's names of attributes where React has others. */
const NAMES: Readonly<Record<string, string>> = { colspan: 'colSpan', rowspan: 'rowSpan' };
/** What is wider than the card scrolls in itself: by the keyboard as well. */
const WIDE = new Set(['pre', 'table']);
/** White space between the parts of a table is not allowed as its child. */
const NO_TEXT = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr', 'ul', 'ol', 'dl']);

export function Prose({ html }: { html: string }) {
  const { t } = useTranslation();
  const nodes = useMemo(() => parseHtml(html), [html]);
  return (
    <div className={classes.prose} dir="auto">
      {draw(nodes, (alt) => t('content.picture', { alt }))}
    </div>
  );
}

function draw(nodes: readonly HtmlNode[], picture: (alt: string) => string, parent = ''): ReactNode[] {
  return nodes.map((node, index) => {
    if (typeof node === 'string') return NO_TEXT.has(parent) && !node.trim() ? null : node;
    const { tag, attributes } = node;
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other identity.
    if (tag === 'img') return <Picture key={index} attributes={attributes} say={picture} />;
    const known = Object.entries(attributes).map(([name, value]) => [NAMES[name] ?? name, value]);
    const away = tag === 'a' ? { target: '_blank', rel: 'noopener noreferrer' } : {};
    const scrolls = WIDE.has(tag) ? { tabIndex: 0 } : {};
    const props = { ...Object.fromEntries(known), ...away, ...scrolls, key: index };
    if (tag === 'br' || tag === 'hr') return createElement(tag, props);
    return createElement(tag, props, ...draw(node.children, picture, tag));
  });
}

function Picture({ attributes, say }: { attributes: Record<string, string>; say: (alt: string) => string }) {
  const { src = '', alt = '' } = attributes;
  if (src.startsWith('/') || new URL(src, location.href).origin === location.origin) {
    return <img src={src} alt={alt} loading="lazy" />;
  }
  return (
    <a className={classes.picture} href={src} target="_blank" rel="noopener noreferrer">
      <Image size={15} aria-hidden /> {say(alt || new URL(src).host)}
    </a>
  );
}
