/** Where a popover goes: at its button by `placement`, on the other side where there is more room, inside the window. */

export function place(panel: HTMLElement, button: HTMLElement, placement: string): void {
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const below = innerHeight - bottom;
  const up = top > below && (/^top/.test(placement) || below < height + 8);
  const fromLeft = /start$/.test(placement) === (getComputedStyle(panel).direction === 'ltr');
  const inside = (at: number, most: number): string => `${Math.max(8, Math.min(at, most - 8))}px`;
  panel.style.left = inside(fromLeft ? left : right - width, innerWidth - width);
  panel.style.top = inside(up ? top - height - 8 : bottom + 8, innerHeight - height);
}
