/**
 * Judges a state of a page: axe in both schemes, wide and on a phone, and nothing that scrolls sideways. With PICTURES
 * set to a folder it leaves a picture of each there, to be looked at.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect } from './test.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: the judge comes as a script.
    const { violations } = await (globalThis as any).axe.run(document, { resultTypes: ['violations'] });
    return violations.map(
      (one: { id: string; nodes: { target: string[]; failureSummary: string }[] }) =>
        `${one.id}: ${one.nodes
          .slice(0, 3)
          .map((node) => `${node.target.join(' ')} (${node.failureSummary})`)
          .join(' | ')}`,
    );
  });
}

/** What fades has its colour only in the end. */
const faded = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const next = () => new Promise(requestAnimationFrame);
    await next();
    await next();
    // Bones breathe for ever.
    const finite = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(finite.map((one) => one.finished));
  });

export async function judge(page: Page, name: string): Promise<void> {
  const found: string[] = [];
  for (const [width, height] of [
    [1440, 900],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await faded(page);
      for (const line of await findings(page)) found.push(`${width} ${scheme}: ${line}`);
      const folder = process.env.PICTURES;
      if (folder) await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`) });
    }
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (over > 0) found.push(`${width}: scrolls sideways by ${over} pixels`);
  }
  expect(found, name).toEqual([]);
}
