/** Ends the output with one line that a script can read. Whatever did not pass has failed, also what was skipped. */

import type { FullResult, Reporter, Suite } from '@playwright/test/reporter';

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
    const passed = tests.filter((test) => test.results.length > 0 && test.outcome() === 'expected').length;
    const skipped = tests.filter((test) => test.outcome() === 'skipped').length;
    const failed = tests.length - passed + this.#broken;
    if (skipped > 0) console.log(`${skipped} did not run`);
    console.log(`${passed} passed, ${failed} failed`);
    return Promise.resolve();
  }

  onEnd(_result: FullResult): void {}
  printsToStdio(): boolean {
    return false;
  }
}
