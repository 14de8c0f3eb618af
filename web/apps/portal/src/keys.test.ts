import { describe, expect, it } from 'vitest';
import { actionOf } from './keys';

const press = (key: string, held: object = {}) =>
  actionOf({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    isComposing: false,
    repeat: false,
    ...held,
  });

describe('a key', () => {
  it.each([
    ['j', 'next'],
    ['k', 'previous'],
    ['e', 'archive'],
    ['u', 'toggleRead'],
    ['#', 'remove'],
    ['/', 'search'],
    ['?', 'help'],
    ['Escape', 'back'],
  ])('%s does %s', (key, action) => expect(press(key)).toBe(action));

  it('with Ctrl, Alt or Command is the browser’s', () => {
    for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { isComposing: true }]) {
      expect(press('j', held)).toBeUndefined();
    }
  });

  it('that is held moves on and does nothing else', () => {
    expect(press('j', { repeat: true })).toBe('next');
    for (const key of ['e', '#', 'u', '?']) expect(press(key, { repeat: true })).toBeUndefined();
  });

  it('that opens is the link’s own, and others do nothing', () => {
    expect(press('Enter')).toBeUndefined();
    expect(press('x')).toBeUndefined();
  });
});
