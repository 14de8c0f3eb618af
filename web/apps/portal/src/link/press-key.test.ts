import { describe, expect, it } from 'vitest';
import { pressKey } from './press-key';

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
    kept,
  } as unknown as Storage;
}

describe('the key of a press', () => {
  it('is the same for a link until its session is kept, also after a reload', () => {
    const tab = storage();
    const first = pressKey('bfl_abcdefgh12345678', tab);
    expect(first.known).toBe(false);
    const key = first.take();
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(first.take()).toBe(key);
    const reloaded = pressKey('bfl_abcdefgh12345678', tab);
    expect(reloaded.known).toBe(true);
    expect(reloaded.take()).toBe(key);
    expect(pressKey('bfl_anotherone_87654321', tab).known).toBe(false);
    reloaded.forget();
    expect(pressKey('bfl_abcdefgh12345678', tab).known).toBe(false);
    expect(pressKey('bfl_abcdefgh12345678', tab).take()).not.toBe(key);
  });

  it('does not leave the link in the browser', () => {
    const tab = storage();
    pressKey('bfl_abcdefgh12345678', tab).take();
    expect(JSON.stringify([...(tab as unknown as { kept: Map<string, string> }).kept])).not.toContain(
      'abcdefgh',
    );
  });

  it('lasts as long as the page where nothing can be kept', () => {
    const full = storage();
    full.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const key = pressKey('bfl_abcdefgh12345678', full);
    expect(key.take()).toBe(key.take());
    expect(key.known).toBe(true);
  });
});
