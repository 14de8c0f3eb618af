/**
 * The key that goes with the press of a link's button. The link works once, but the same press may be said again until its
 * answer has come: the server knows it by this key. Owns making it and keeping it as long as the tab, reloads included.
 */

export interface PressKey {
  /** Whether this tab has pressed before, and never had its session. */
  readonly known: boolean;
  /** The key, the same one each time. */
  take(): string;
  /** The session is kept: there is nothing to be said again. */
  forget(): void;
}

/** `storage` is missing where the browser forbids it: then the key lasts as long as the page. */
export function pressKey(link: string, storage = tabStorage()): PressKey {
  // The end of the link tells it from others; the whole of it must not be left anywhere.
  const name = `belfry-link:${link.slice(-8)}`;
  let key = storage?.getItem(name) ?? '';
  return {
    get known() {
      return key !== '';
    },
    take() {
      key ||= random();
      try {
        storage?.setItem(name, key);
      } catch {
        // It is full: the page still knows it.
      }
      return key;
    },
    forget() {
      key = '';
      storage?.removeItem(name);
    },
  };
}

function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

/** 128 bits. `randomUUID` is not there on pages without TLS. */
const random = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
