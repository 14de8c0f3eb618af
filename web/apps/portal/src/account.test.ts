import { describe, expect, it } from 'vitest';
import { linkIn } from './account';

describe('a link that was pasted', () => {
  it.each([
    ['https://belfry.example/l/bfl_Ab-9_x', 'bfl_Ab-9_x'],
    ['  https://belfry.example/l/bfl_Ab-9_x?utm=1 ', 'bfl_Ab-9_x'],
    ['bfl_Ab-9_x', 'bfl_Ab-9_x'],
    ['Your link:\nhttps://belfry.example/l/bfl_Ab-9_x.', 'bfl_Ab-9_x'],
  ])('%j', (text, link) => expect(linkIn(text)).toBe(link));

  it.each(['', 'blt_token', 'https://belfry.example/app/summit/', 'xbfl_no'])('is not in %j', (text) =>
    expect(linkIn(text)).toBeUndefined(),
  );
});
