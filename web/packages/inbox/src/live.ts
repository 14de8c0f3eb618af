/**
 * Ties the live stream to the store: frames become items and states, and a reconnection fills what was missed.
 * Refuses to draw; who listens learns of the connection and does that.
 */

import {
  type Connection,
  type Item,
  type LiveEnvironment,
  type LiveState,
  LiveStream,
  type MeClient,
} from '@belfry/api';
import type { InboxStore } from './store';

/** Keeps `store` in step with the server; `connection` is told of every change of the connection. */
export function follow(
  client: MeClient,
  store: InboxStore,
  connection: (state: Connection) => void,
  env?: LiveEnvironment,
): LiveStream {
  let connectedBefore = false;
  return new LiveStream(
    client,
    {
      connection,
      frame: ({ event, data }) => {
        if (event === 'item') store.receive(JSON.parse(data) as Item);
        else if (event === 'state') {
          const state = JSON.parse(data) as LiveState;
          // The stream resumes items by cursor, but what was read or archived meanwhile is only in the list.
          if (state.kind === 'sync' && connectedBefore) void store.catchUp(state.unread);
          else store.apply(state);
          if (state.kind === 'sync') connectedBefore = true;
        }
      },
    },
    env,
  );
}
