/** How `<belfry-inbox>` and the examples are driven: as the console is, against the real binary. Downloads no browser. */

import { defineConfig } from '@playwright/test';
import console from '../console/playwright.config.ts';

export default defineConfig(console, {
  testDir: '.',
  outputDir: '../../../target/e2e-embed',
  reporter: [['line'], ['../console/count.ts']],
});
