/**
 * The console in somebody's hand: the whole job from the printed link by touch alone, and every page in German, whose
 * words are longer, without one that scrolls sideways.
 */

import type { Locator } from '@playwright/test';
import { inside } from './addresses.ts';
import { messageField, settled, titleField } from './compose.ts';
import { OWNER } from './operator.ts';
import { repositoryFile, Server, useServer } from './server.ts';
import { expect, NOT_SIGNED_IN, test } from './test.ts';
import { makeWorld } from './world.ts';

test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

const server = useServer();

/** What a finger asks for (44 pixels, experience.md), less those at the edges, which may be half ones. */
const FINGER = 42;

test('from the set-up link to a sent notification with a finger', async ({ page, watch }) => {
  watch.allow(NOT_SIGNED_IN);
  const tap = async (what: Locator) => {
    await what.scrollIntoViewIfNeeded();
    // A small button may answer to the finger around it, and a control's words are a part of it.
    const height = await what.evaluate((it) => {
      const control = it.closest('label, button, a, .mantine-PasswordInput-input') ?? it;
      const { x, y, width, height } = control.getBoundingClientRect();
      const answers = (at: number) => {
        const hit = document.elementFromPoint(x + width / 2, at);
        return control.contains(hit);
      };
      const middle = y + height / 2;
      let [up, down] = [0, 0];
      while (up < 40 && answers(middle - up - 1)) up += 1;
      while (down < 40 && answers(middle + down + 1)) down += 1;
      return up + down;
    });
    expect(height, `height of ${what}`).toBeGreaterThanOrEqual(FINGER);
    await what.tap();
  };
  const type = async (field: Locator, text: string) => {
    await tap(field);
    await page.keyboard.type(text);
  };

  await page.goto(server().setupLink);
  await type(page.getByLabel('Organization'), 'Harbour Events');
  await type(page.getByLabel('Workspace'), 'Riverside Summit 2026');
  await type(page.getByLabel('Your name'), OWNER.name);
  await type(page.getByLabel('Email'), OWNER.email);
  await type(page.getByRole('textbox', { name: 'Password' }), OWNER.password);
  await tap(page.getByRole('button', { name: 'Set up and sign in' }));

  await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible();
  await tap(page.getByRole('link', { name: 'Import', exact: true }));
  const chooser = page.waitForEvent('filechooser');
  await tap(page.getByRole('button', { name: 'Choose a file' }));
  await (await chooser).setFiles(repositoryFile('examples/attendees.csv'));
  await tap(page.getByRole('button', { name: 'Check the file' }));
  const run = page.getByRole('button', { name: /^Import \d+ people$/ });
  const people = Number(/\d+/.exec((await run.textContent()) ?? '')) + 1;
  await tap(run);
  await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();

  await tap(page.getByRole('link', { name: 'Compose' }).first());
  await type(titleField(page), 'Doors open at nine');
  await type(messageField(page), 'The keynote moves to **Hall B**.');
  await tap(page.getByText('Everyone', { exact: true }));
  await tap(page.getByRole('button', { name: 'Review and send' }));
  await tap(page.getByRole('dialog').getByRole('button', { name: new RegExp(`^Send to ${people} people`) }));
  await expect(page.getByRole('heading', { level: 1, name: 'Doors open at nine' })).toBeVisible();
  await settled(page, people);
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });
  test('nothing scrolls sideways and every word is translated', async ({ page, context }) => {
    test.setTimeout(300_000);
    const fresh = await Server.start();
    const world = await makeWorld(fresh);
    try {
      await world.mei.enter(context);
      const found: string[] = [];
      for (const [name, path] of Object.entries(inside)) {
        await page.goto(`${fresh.url}/w/${world.mei.slug}${path(world)}`);
        await expect(page.locator('html')).toHaveAttribute('lang', 'de');
        await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
        await page.waitForLoadState('networkidle');
        const { over, text } = await page.evaluate(() => ({
          over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          text: document.body.innerText,
        }));
        if (over > 0) found.push(`${name}: scrolls sideways by ${over} pixels`);
        // A key that has no text is shown as it is.
        const key = /(?:^|\s)([a-z_]+\.[a-z_]+(?:\.[a-z_]+)*)(?=\s|$)/m.exec(text)?.[1];
        if (key && !key.endsWith('.csv')) found.push(`${name}: ${key}`);
      }
      expect(found).toEqual([]);
    } finally {
      world.push.close();
      // A page that fetches what comes next would complain about the server that went.
      await page.goto('about:blank');
      await fresh.close();
    }
  });
});
