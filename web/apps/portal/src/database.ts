/** Tables of IndexedDB, as functions so that the worker carries only those it needs. Refuses to interpret what is kept. */

/** A database and its only table; the type is what is kept in it. */
export interface Table<T> {
  database: string;
  name: string;
  /** Never there: it only tells the type. */
  of?: T;
}

async function run<T, R>(
  { database, name }: Table<T>,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<R>,
): Promise<R> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(database, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

export const read = <T>(table: Table<T>, key: string): Promise<T | undefined> =>
  run(table, 'readonly', (store) => store.get(key));

export const write = <T>(table: Table<T>, key: string, value: T): Promise<unknown> =>
  run(table, 'readwrite', (store) => store.put(value, key));

export const keys = <T>(table: Table<T>): Promise<IDBValidKey[]> =>
  run(table, 'readonly', (store) => store.getAllKeys());

/**
 * Changes a record to what `change` makes of it, or removes it where that is nothing, while no other tab or worker can
 * come in between. Gives what was there.
 */
export const update = <T>(
  table: Table<T>,
  key: string,
  change: (before: T | undefined) => T | undefined,
): Promise<T | undefined> =>
  run(table, 'readwrite', (store) => {
    const request: IDBRequest<T | undefined> = store.get(key);
    request.onsuccess = () => {
      const after = change(request.result);
      if (after !== undefined) store.put(after, key);
      else store.delete(key);
    };
    return request;
  });
