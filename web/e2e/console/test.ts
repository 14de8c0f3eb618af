/**
 * The test of every spec. Owns that a violation of the page's policy, an error in the console or in a page fails the
 * test, in all of its browser contexts; what a test provokes it allows by name.
 */

import { type BrowserContext, test as base, type ConsoleMessage, expect, type Page } from '@playwright/test';

export { expect };

export interface Watch {
  /** Lines of the browser's console that this test provokes: refused or failed requests. */
  allow(...lines: RegExp[]): void;
  /** One more browser, watched as the first. */
  browser(): Promise<{ context: BrowserContext; page: Page }>;
}

/** Who opens the console without a session is told so by a 401. */
export const NOT_SIGNED_IN = /status of 401 .*\/v1\/session$/;

/** What the browser says when no answer comes. */
export const ANSWER_LOST = /ERR_CONNECTION_RESET/;

/** The next request to `url` reaches the server, and its answer does not come back. */
export const loseAnswer = (page: Page, url: string): Promise<unknown> =>
  page.route(
    url,
    async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );

export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ context, browser, contextOptions, viewport, locale, timezoneId }, use) => {
      const said: string[] = [];
      const allowed: RegExp[] = [];
      const opened: BrowserContext[] = [];
      const look = async (one: BrowserContext) => {
        one.on('console', (message: ConsoleMessage) => {
          if (message.type() === 'error') said.push(`${message.text()} ${message.location().url}`);
        });
        one.on('weberror', (error) => said.push(`page error: ${error.error().stack ?? error.error()}`));
        // Whatever directive it is and whether or not the browser prints it.
        await one.addInitScript(() =>
          document.addEventListener('securitypolicyviolation', (event) =>
            console.error(
              `policy violated: ${event.violatedDirective} by ${event.blockedURI} in ${event.sourceFile}`,
            ),
          ),
        );
      };
      await look(context);
      await use({
        allow: (...lines) => void allowed.push(...lines),
        async browser() {
          const one = await browser.newContext({
            ...contextOptions,
            viewport,
            ...(locale && { locale }),
            ...(timezoneId && { timezoneId }),
          });
          opened.push(one);
          await look(one);
          return { context: one, page: await one.newPage() };
        },
      });
      for (const one of opened) await one.close();
      const faults = said.filter((line) => !allowed.some((pattern) => pattern.test(line)));
      expect(faults, 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],
});
