/** The API as the console uses it: typed client, problems, shapes. */

export { type ConsoleClient, type ConsoleClientOptions, consoleClient } from './client';
export type { ConsolePaths } from './paths';
export { ask, type Fault, Problem, toProblem } from './problem';
export type * from './shapes';
