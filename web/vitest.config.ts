/** Unit tests of what has logic; they run in Node. Browsers are in `e2e/`. */

import { defineConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';
import { locales } from './packages/inbox/src/vite.ts';

/** Ends the output with one line that a script can read. */
const count: Reporter = {
  onTestRunEnd(modules, errors) {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const failed = states.filter((state) => state === 'failed').length;
    // A file that could not be loaded has no tests, and is a failure all the same.
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    const passed = states.filter((state) => state === 'passed').length;
    console.log(`${passed} passed, ${failed + broken + errors.length} failed`);
  },
};

export default defineConfig({
  plugins: [locales(new URL('../locales/', import.meta.url))],
  test: { include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts'], reporters: ['dot', count] },
});
