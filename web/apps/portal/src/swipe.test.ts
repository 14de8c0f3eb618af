import { describe, expect, it } from 'vitest';
import { directionOf, isEnough } from './swipe';

describe('a finger on a row', () => {
  it('has no direction until it has moved', () => expect(directionOf(5, 5)).toBeUndefined());
  it('scrolls unless it clearly goes sideways', () => {
    expect(directionOf(20, 18)).toBe('along');
    expect(directionOf(3, -40)).toBe('along');
    expect(directionOf(-30, 8)).toBe('across');
  });
  it('means it from a quarter of a phone on, and sooner on a narrow row', () => {
    expect(isEnough(90, 390)).toBe(false);
    expect(isEnough(-100, 390)).toBe(true);
    expect(isEnough(85, 200)).toBe(true);
  });
});
