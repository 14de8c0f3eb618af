/** Ends the output with one line that a script can read. Whatever did not pass has failed, also what was skipped. */

import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

export default class Count implements Reporter {
  #suite: Suite | undefined;
  #broken = 0;

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  /** A file that could not be loaded, or a worker that ended: no test has it. */
  onError(): void {
    this.#broken += 1;
  }

  onExit(): Promise<void> {
    const tests = this.#suite?.allTests() ?? [];
    const late = tests.filter((test) => test.outcome() === 'flaky');
    const good = tests.filter((test) => test.results.length > 0 && test.outcome() === 'expected');
    const passed = good.length + late.length;
    const skipped = tests.filter((test) => test.outcome() === 'skipped').length;
    const failed = tests.length - passed + this.#broken;
    if (skipped > 0) console.log(`${skipped} did not run`);
    for (const test of late) console.log(`second try: ${nameOf(test)}: ${reason(test)}`);
    for (const test of tests.filter((it) => it.outcome() === 'unexpected')) {
      console.log(`failed: ${nameOf(test)}: ${reason(test)}`);
    }
    console.log(`${passed} passed, ${failed} failed`);
    return Promise.resolve();
  }

  onEnd(_result: FullResult): void {}
  printsToStdio(): boolean {
    return false;
  }
}

const nameOf = (test: TestCase): string => test.titlePath().filter(Boolean).join(' › ');

/** The first line of what went wrong, without colours. */
function reason(test: TestCase): string {
  const text = test.results.find((result) => result.error)?.error?.message ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape is what begins a colour.
  return (text.replaceAll(/\u001b\[[0-9;]*m/g, '').split('\n')[0] ?? '').slice(0, 200);
}
