/**
 * Rows that can be pushed aside with a finger: towards the end of the line to mark them, towards its start to put them
 * away. Owns the gesture and what shows behind the row. What it does is also a button in every row.
 */

import { h, icon } from '@belfry/inbox';

export interface Swipe {
  label: string;
  path: string;
  /** The row leaves the list when it is done. */
  leaves: boolean;
  run(): void;
}

export interface SwipeOptions {
  /** What lies under a row, by its item: pushed to the end, and to the start of the line. */
  of(id: string): { end: Swipe; start: Swipe } | undefined;
}

/** Less is a tap that trembled. */
const BEGIN = 12;
/** Further than this it is meant, at most two fifths of the row. */
const ENOUGH = 96;

/** The direction that a movement is locked to: sideways only when it clearly is, so that scrolling wins. */
export function directionOf(dx: number, dy: number): 'across' | 'along' | undefined {
  if (Math.hypot(dx, dy) < BEGIN) return undefined;
  return Math.abs(dx) > Math.abs(dy) * 1.4 ? 'across' : 'along';
}

export const isEnough = (dx: number, width: number): boolean => Math.abs(dx) > Math.min(ENOUGH, width * 0.4);

export function swipeable(frame: HTMLElement, { of }: SwipeOptions): void {
  let row: HTMLElement | undefined;
  let under: HTMLElement | undefined;
  let from = { x: 0, y: 0 };
  let across = false;
  let dx = 0;
  const rtl = (): boolean => getComputedStyle(frame).direction === 'rtl';

  const end = (): void => {
    row?.classList.remove('swiping');
    row?.style.removeProperty('translate');
    under?.remove();
    row = under = undefined;
    across = false;
  };
  const swipe = (): Swipe | undefined => {
    const both = row?.dataset.id ? of(row.dataset.id) : undefined;
    return dx > 0 !== rtl() ? both?.end : both?.start;
  };
  const draw = (): void => {
    const action = swipe();
    if (!row || !action) return;
    const place = row.getBoundingClientRect();
    under ??= frame.appendChild(h('div', { class: 'swipe-under', 'aria-hidden': 'true' }));
    under.style.insetBlockStart = `${place.top - frame.getBoundingClientRect().top}px`;
    under.style.blockSize = `${place.height}px`;
    const enough = isEnough(dx, place.width);
    under.className = `swipe-under ${dx > 0 ? 'from-left' : 'from-right'} ${action.leaves ? 'leaves' : ''} ${enough ? 'enough' : ''}`;
    if (under.dataset.label !== action.label) {
      under.dataset.label = action.label;
      under.replaceChildren(icon(action.path, 22), h('span', {}, action.label));
    }
    row.style.translate = `${dx}px`;
  };

  frame.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch' || !event.isPrimary) return;
    row = (event.target as Element).closest<HTMLElement>('.row') ?? undefined;
    from = { x: event.clientX, y: event.clientY };
    dx = 0;
  });
  frame.addEventListener('pointermove', (event) => {
    if (!row || !event.isPrimary) return;
    dx = event.clientX - from.x;
    if (!across) {
      const direction = directionOf(dx, event.clientY - from.y);
      if (!direction) return;
      if (direction === 'along' || !swipe()) return end();
      across = true;
      row.classList.add('swiping');
      row.setPointerCapture(event.pointerId);
    }
    draw();
  });
  frame.addEventListener('pointerup', () => {
    if (!row || !across) return end();
    const action = isEnough(dx, row.offsetWidth) ? swipe() : undefined;
    end();
    action?.run();
    // The finger lifts over a link: that is no tap on it.
    const stop = (event: Event): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    frame.addEventListener('click', stop, { capture: true, once: true });
    setTimeout(() => frame.removeEventListener('click', stop, { capture: true }), 50);
  });
  frame.addEventListener('pointercancel', end);
}
