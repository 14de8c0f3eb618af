/** The API as pages use it: client, live stream, shapes. */

export { ApiError, type ClientOptions, MeClient, type TokenSource } from './client';
export { backoff, type Connection, type LiveEnvironment, LiveStream } from './live';
export { type Frame, SseParser } from './sse';
export type * from './types';
