/** How the portal is driven: as the console's tests, by Debian's Chromium against the real binary. */

import { defineConfig } from '@playwright/test';
import base from '../console/playwright.config.ts';

export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: '../../../target/e2e-portal',
  reporter: [['line'], ['../console/count.ts']],
});
