import { describe, expect, it } from 'vitest';
import { safeImage, safeLink } from './address';
import { type HtmlNode, parseHtml } from './html';

/** Writes a tree briefly: `p[a[href=x](text)]`. */
function brief(nodes: readonly HtmlNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return JSON.stringify(node);
      const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}=${value}`);
      return `${node.tag}${attributes.join('')}(${brief(node.children)})`;
    })
    .join(' ');
}
const parsed = (html: string) => brief(parseHtml(html));

describe('clean markup', () => {
  it('is read as it is', () => {
    expect(parsed('<p>One <strong>two</strong><br>&amp; three</p><ul><li>x</li></ul>')).toBe(
      'p("One " strong("two") br() "& three") ul(li("x"))',
    );
    expect(parsed('<a href="https://a.example/?x=1&amp;y=2" title="a > b">go</a>')).toBe(
      'a href=https://a.example/?x=1&y=2 title=a > b("go")',
    );
    expect(parsed('a &lt; b &#8364; &#x20AC; &nbsp;&unknown; c < d')).toBe(
      '"a < b € € \u00a0&unknown; c " "<" " d"',
    );
  });
});

describe('what the server should never send', () => {
  it.each([
    ['<script>alert(1)</script>after', '"after"'],
    ['<style>p{}</style><p onclick="x()" style="color:red" class="a">t</p>', 'p("t")'],
    ['<svg><a href="https://a.example">x</a></svg>y', '"y"'],
    ['<iframe src="https://a.example">x</iframe>', ''],
    ['<form action="/x"><input name="a">text</form>', '"text"'],
    ['<a href="javascript:alert(1)">x</a>', 'a("x")'],
    ['<a href="&#106;ava&#9;script:alert(1)">x</a>', 'a("x")'],
    ['<a href=" JaVaScRiPt:alert(1)">x</a>', 'a("x")'],
    ['<a href="//evil.example">x</a>', 'a("x")'],
    ['<a href="/\\evil.example">x</a>', 'a("x")'],
    ['<a href="data:text/html,x">x</a>', 'a("x")'],
    ['<img src="x" onerror="alert(1)">', ''],
    ['<img src="data:image/svg+xml,x">', ''],
    ['<!-- <b>x</b> -->y', '"y"'],
    ['</p></div><b>x</i>y</b>z', 'b("x" "y") "z"'],
    ['<b>never closed', 'b("never closed")'],
    ['<p', '"<" "p"'],
    ['&constructor;', '"&constructor;"'],
  ])('%s', (html, tree) => {
    expect(parsed(html)).toBe(tree);
  });

  it('bears any depth and length', () => {
    const depth = (nodes: readonly HtmlNode[]): number =>
      Math.max(0, ...nodes.map((node) => (typeof node === 'string' ? 0 : 1 + depth(node.children))));
    expect(depth(parseHtml('<b>'.repeat(100_000)))).toBe(64);
    expect(parseHtml(`<a ${'"'.repeat(50_001)}>`.repeat(3))).toBeDefined();
  });
});

describe('addresses', () => {
  it('lead to the web, mail, telephone or this server', () => {
    for (const url of [
      'https://a.example',
      'HTTP://a.example',
      'mailto:a@b.example',
      'tel:+41',
      '/path',
      '#part',
    ])
      expect(safeLink(url)).toBe(true);
    for (const url of ['javascript:x', 'vbscript:x', 'file:///x', '//a.example', 'java\nscript:x', 'a/b', ''])
      expect(safeLink(url)).toBe(false);
    expect([
      safeImage('https://a.example/x.png'),
      safeImage('/x.png'),
      safeImage('http://a.example/x.png'),
    ]).toEqual([true, true, false]);
  });
});
