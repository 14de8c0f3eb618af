import { describe, expect, it } from 'vitest';
import { colors, toCss } from './index';

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe('contrast', () => {
  const pairs: [keyof typeof colors, (keyof typeof colors)[]][] = [
    ['text', ['canvas', 'surface', 'overlay', 'sunken', 'hover', 'accent-soft']],
    ['secondary', ['canvas', 'surface', 'overlay', 'sunken', 'hover', 'accent-soft']],
    ['muted', ['canvas', 'surface', 'overlay', 'sunken', 'hover', 'accent-soft']],
    ['accent-text', ['canvas', 'surface', 'overlay', 'sunken', 'hover', 'accent-soft']],
    ['danger', ['surface', 'danger-soft']],
    ['success', ['surface', 'overlay', 'canvas', 'success-soft']],
    ['warning', ['surface', 'overlay', 'canvas', 'warning-soft']],
    ['on-accent', ['accent', 'badge', 'danger-fill', 'danger-fill-hover']],
  ];
  for (const scheme of ['light', 'dark'] as const) {
    for (const [front, backs] of pairs) {
      for (const back of backs) {
        it(`${front} on ${back}, ${scheme}`, () => {
          expect(contrast(colors[front][scheme], colors[back][scheme])).toBeGreaterThanOrEqual(4.5);
        });
      }
    }
  }
});

it('writes every colour once per scheme', () => {
  const css = toCss();
  for (const name of Object.keys(colors)) expect(css.match(new RegExp(`--b-${name}:`, 'g'))).toHaveLength(2);
});
