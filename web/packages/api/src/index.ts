/** The API as pages use it: clients, live stream, shapes. */

export { ApiError, type Call, Caller, type ClientOptions, type TokenSource } from './caller';
export { AccountClient, LinkClient, MeClient } from './client';
export { InboxClient, type InboxQuery, type Verb } from './inbox-client';
export { backoff, type Connection, type LiveEnvironment, LiveStream } from './live';
export { type Neighbours, type SharedHandlers, SharedStream } from './shared';
export { type Frame, SseParser } from './sse';
export type * from './types';
