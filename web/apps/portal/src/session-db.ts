/**
 * Where this browser keeps who is signed in, one record per workspace. Both the page and the worker read it: the
 * worker needs the token when a subscription changes while no page is open. Refuses to interpret the record.
 */

export interface Session {
  token: string;
  /** The server's id of this browser's push device, while push is on. */
  device?: string | undefined;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('belfry', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('sessions');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction('sessions', mode);
      const request = act(transaction.objectStore('sessions'));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

export const readSession = (workspace: string): Promise<Session | undefined> =>
  run('readonly', (store) => store.get(workspace));

export const writeSession = (workspace: string, session: Session): Promise<unknown> =>
  run('readwrite', (store) => store.put(session, workspace));

export const deleteSession = (workspace: string): Promise<unknown> =>
  run('readwrite', (store) => store.delete(workspace));
