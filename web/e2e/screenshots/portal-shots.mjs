/** The portal's pages and states; `as` is the attendee, whose browser is signed in, or nobody. */

import { attendeeLink } from '../../demo/fill.mjs';

/** `m` is what `fill` gave. */
export function portalShots(m) {
  const app = `/app/${m.slug}/`;
  const attendee = (name, path, more = {}) => ({ name, path, as: 'attendee', ...more });
  const opened = (selector, ready) => async (page) => {
    await page.locator(selector).first().click();
    await page.locator(ready).first().waitFor();
  };
  return [
    { name: 'portal-sign-in', path: app },
    { name: 'portal-link', path: app, does: freshLink(m) },
    { name: 'portal-link-used', path: '/l/bfl_used' },
    attendee('portal', app),
    attendee('portal-menu', app, { does: opened('.account', '#menu:popover-open'), top: true }),
    attendee('portal-archived', app, {
      does: opened('[data-filter="archived"]', '[data-filter="archived"][aria-pressed="true"]'),
    }),
    attendee('portal-search-none', app, {
      does: (page) => page.getByRole('searchbox').fill('zeppelin'),
      wait: 900,
    }),
    attendee('portal-undo', app, {
      does: opened('.row [data-action="archive"]', '.toast'),
      // The next view needs it again.
      after: (page) => page.locator('.toast [data-action="toast"]').click(),
      top: true,
    }),
    attendee('portal-item', app, {
      does: async (page) => {
        await page.locator('.row .link:not([target])').first().click();
        await page.locator('article').first().waitFor();
      },
    }),
    attendee('portal-error', app, { before: broken, wait: 900, top: true }),
    attendee('portal-offline', app, {
      does: (page) => page.context().setOffline(true),
      after: (page) => page.context().setOffline(false),
      top: true,
    }),
    attendee('portal-settings', `${app}settings`),
    attendee('portal-help', `${app}help`),
    attendee('portal-keys', app, { does: (page) => page.keyboard.press('?'), top: true }),
  ];
}

/** A link is good once, so each picture has its own. */
const freshLink =
  ({ owner, ws }) =>
  async (page) => {
    await page.goto(await attendeeLink(owner, ws));
    await page.locator('[data-action="open-link"]').waitFor();
  };

const broken = (page) =>
  page.route(/\/v1\/me\/inbox/, (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      body: '{"status":500,"code":"internal"}',
    }),
  );
