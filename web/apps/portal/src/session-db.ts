/**
 * Where this browser keeps who is signed in, one record per workspace. Both the page and the worker read it: the
 * worker needs the token when a subscription changes while no page is open. Refuses to interpret the record.
 */

import { read, type Table, write } from './database';

/** What push knows of this browser; it belongs to one person. */
export interface PushRecord {
  /** Id of the person. */
  person?: string | undefined;
  /** The server's id of this browser's push device, while push is on. */
  device?: string | undefined;
  /** The address at the push service that the device was registered with. */
  endpoint?: string | undefined;
  /** Push was turned off here while the server could not be told. */
  owesOff?: boolean | undefined;
}

export interface Session extends PushRecord {
  token: string;
  /** What push knew before this sign-in, until it is known whether the same person came back. */
  before?: PushRecord | undefined;
}

export const sessions: Table<Session> = { database: 'belfry', name: 'sessions' };

export const readSession = (workspace: string): Promise<Session | undefined> => read(sessions, workspace);
export const writeSession = (workspace: string, session: Session): Promise<unknown> =>
  write(sessions, workspace, session);
