/** The page where a notification is written, as tests use it: finding its fields and waiting until it is saved. */

import { expect, type Locator, type Page } from '@playwright/test';

export const titleField = (page: Page): Locator => page.getByRole('textbox', { name: 'Title' });
export const messageField = (page: Page): Locator =>
  page.getByRole('textbox', { name: 'Message', exact: true });

/** Writes as a person does, key by key. */
export async function write(page: Page, title: string, message: string): Promise<void> {
  await titleField(page).click();
  await page.keyboard.type(title);
  await messageField(page).click();
  await page.keyboard.type(message);
}

export async function saved(page: Page): Promise<void> {
  await expect(page.getByText(/^Saved \d/)).toBeVisible();
  await expect(page).toHaveURL(/\/compose\/[\w-]+$/);
}

/** The notification's page says that everything ended, and its counts add up. */
export async function settled(page: Page, people: number): Promise<void> {
  await expect(page.getByRole('main').getByText('Sent', { exact: true }).first()).toBeVisible({
    timeout: 40_000,
  });
  const bar = page.getByRole('progressbar', { name: 'Deliveries that ended' });
  const of = Number(await bar.getAttribute('aria-valuemax'));
  expect(of).toBeGreaterThanOrEqual(people);
  await expect(bar).toHaveAttribute('aria-valuenow', String(of));
}
