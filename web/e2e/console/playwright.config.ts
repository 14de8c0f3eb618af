/** How the console is driven: Debian's Chromium against the real binary, two files at a time. Downloads no browser. */

import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../../target/e2e-console',
  workers: 2,
  // Two tests and the binary share two cores: what passes only at the second try is counted, and named at the end.
  retries: 1,
  forbidOnly: true,
  // Waiting ends with what is waited for; these only say when to give up on a machine that is busy.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['line'], ['./count.ts']],
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox'],
    },
    headless: true,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
  },
});
