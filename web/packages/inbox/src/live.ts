/**
 * Ties the live stream to the store: frames become items and states, and a reconnection fills what was missed.
 * Refuses to draw; who listens learns of the connection and does that.
 */

import {
  type Caller,
  type Connection,
  type Item,
  type LiveEnvironment,
  type LiveState,
  type Neighbours,
  SharedStream,
} from '@belfry/api';
import type { InboxStore } from './store';

export interface FollowOptions {
  /** Id of the person: tabs that show the same one share a stream. */
  person: string;
  /** Is told of every change of the connection. */
  connection(state: Connection): void;
  env?: LiveEnvironment;
  others?: Neighbours | null;
}

/** Keeps `store` in step with the server, by one connection for all tabs of the browser. */
export function follow(
  client: Caller,
  store: InboxStore,
  { person, connection, env, others }: FollowOptions,
): SharedStream {
  return new SharedStream(
    client,
    `belfry-live-${person}`,
    {
      connection,
      missed: () => void store.catchUp(),
      frame: ({ event, data }) => {
        if (event === 'item') store.receive(JSON.parse(data) as Item);
        if (event !== 'state') return;
        const state = JSON.parse(data) as LiveState;
        // The stream resumes items by cursor, but what was read or archived meanwhile is only in the list.
        if (state.kind === 'sync') void store.catchUp(state.unread);
        else store.apply(state);
      },
    },
    env,
    others,
  );
}
