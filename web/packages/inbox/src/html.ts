/**
 * Draws the `html` of an item without any HTML sink, so that it works under Trusted Types in every page. The server
 * has cleaned it; this is the second wall: only the elements, attributes and link schemes named here are ever made.
 * Owns the reading of well-formed markup as the server writes it. Refuses to be a general HTML parser.
 */

import { safeImage, safeLink } from './address';

/** A node of the tree that {@link parseHtml} makes. */
export type HtmlNode = string | HtmlElementNode;

export interface HtmlElementNode {
  tag: string;
  attributes: Record<string, string>;
  children: HtmlNode[];
}

const ALLOWED = new Set(
  (
    'a abbr b blockquote br caption cite code del details div dl dt dd em figcaption figure h1 h2 h3 h4 h5 h6 hr i ' +
    'img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var'
  ).split(' '),
);
const VOID = new Set(['br', 'hr', 'img']);
/** Their content is not text for people. */
const OPAQUE = new Set([
  'script',
  'style',
  'template',
  'iframe',
  'object',
  'svg',
  'math',
  'noscript',
  'textarea',
  'title',
]);
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  '*': ['title', 'lang', 'dir'],
  a: ['href'],
  img: ['src', 'alt', 'width', 'height'],
  ol: ['start', 'reversed'],
  td: ['colspan', 'rowspan'],
  th: ['colspan', 'rowspan', 'scope'],
};
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};
/** Deeper nesting is flattened: nobody reads it, and it could exhaust the stack of whoever walks the tree. */
const MAX_DEPTH = 64;

const TOKEN = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^"'>]|"[^"]*"|'[^']*')*)>|[^<]+|</g;
const ATTRIBUTE = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

/** Reads markup into a tree of allowed elements. What is not allowed is left out; its text stays. */
export function parseHtml(html: string): HtmlNode[] {
  const root: HtmlElementNode = { tag: '', attributes: {}, children: [] };
  const open = [root];
  let opaque: string | undefined;
  for (const [token, slash, name, rest] of html.matchAll(TOKEN)) {
    const tag = name?.toLowerCase();
    if (opaque) {
      if (slash && tag === opaque) opaque = undefined;
      continue;
    }
    const top = open[open.length - 1] ?? root;
    if (tag === undefined) {
      if (!token.startsWith('<!--')) top.children.push(decode(token));
    } else if (slash) {
      const at = open.findLastIndex((element) => element.tag === tag);
      if (at > 0) open.length = at;
    } else if (OPAQUE.has(tag)) {
      opaque = tag;
    } else if (ALLOWED.has(tag)) {
      const element: HtmlElementNode = { tag, attributes: attributes(tag, rest ?? ''), children: [] };
      if (tag === 'img' && !element.attributes.src) continue;
      top.children.push(element);
      if (!VOID.has(tag) && open.length < MAX_DEPTH) open.push(element);
    }
  }
  return root.children;
}

/** Makes the nodes of {@link parseHtml}. Links leave the page in a new tab and tell nobody where from. */
export function renderHtml(html: string, document: Document): DocumentFragment {
  const fragment = document.createDocumentFragment();
  append(fragment, parseHtml(html), document);
  return fragment;
}

function append(parent: Node, nodes: readonly HtmlNode[], document: Document): void {
  for (const node of nodes) {
    if (typeof node === 'string') {
      parent.appendChild(document.createTextNode(node));
      continue;
    }
    const element = document.createElement(node.tag);
    for (const [name, value] of Object.entries(node.attributes)) element.setAttribute(name, value);
    if (node.tag === 'a') {
      element.setAttribute('target', '_blank');
      element.setAttribute('rel', 'noopener noreferrer');
    }
    if (node.tag === 'img') {
      element.setAttribute('loading', 'lazy');
      element.setAttribute('referrerpolicy', 'no-referrer');
    }
    append(element, node.children, document);
    parent.appendChild(element);
  }
}

function attributes(tag: string, text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const allowed = [...(ATTRIBUTES['*'] ?? []), ...(ATTRIBUTES[tag] ?? [])];
  for (const [, name = '', double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    const value = decode(double ?? single ?? bare ?? '');
    if (!allowed.includes(key) || key in found) continue;
    if (key === 'href' && !safeLink(value)) continue;
    if (key === 'src' && !safeImage(value)) continue;
    found[key] = value;
  }
  return found;
}

function decode(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z]+));/g,
    (whole, decimal, hex, name: string) => {
      if (name) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
      const code = decimal ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
