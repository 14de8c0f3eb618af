/** A page of the product with the element in it, and its backend's way to tokens. */

import type { World } from './world.ts';

/** A page with the element, as `attributes` say; it asks `/token` for tokens. Gives the page's address. */
export function shop(
  { host, server }: World,
  attributes = '',
  { html = 'lang="en"', inside = '' } = {},
): string {
  const css =
    'html{color-scheme:light dark}main{block-size:640px;padding:16px}body{margin:0;font-family:sans-serif}';
  host.page('/shop.css', css, { type: 'text/css' });
  const path = `/shop-${encodeURIComponent(attributes + html)}`;
  return host.page(
    decodeURIComponent(path) === path ? path : path.replaceAll('%', '-'),
    `<!doctype html><html ${html}><meta name="viewport" content="width=device-width"><title>Shop</title>
    <link rel="stylesheet" href="/shop.css">
    <main><h1>Shop</h1><belfry-inbox ${attributes}>${inside}</belfry-inbox></main>
    <script type="module">
      const inbox = document.querySelector('belfry-inbox');
      globalThis.heard = [];
      for (const name of ['unread', 'received', 'open', 'close', 'open-item', 'action', 'error'])
        document.addEventListener('belfry-' + name, (event) => {
          heard.push({ name, ...event.detail });
          if (globalThis.refuse === name) event.preventDefault();
        });
      // Before the element's script has come.
      inbox.getToken = async () => (await fetch('/token')).text();
    </script>
    <script type="module" src="${server.url}/belfry-inbox.js"></script></html>`,
  );
}

/** Answers `/token` with these, one after the other, the last one for ever. */
export function tokens({ host }: World, ...given: string[]): { asked: number } {
  const count = { asked: 0 };
  host.routes.unshift(async (request, response) => {
    if (request.url !== '/token') return false;
    const token = given[Math.min(count.asked, given.length - 1)];
    count.asked += 1;
    response.end(token);
    return true;
  });
  return count;
}
