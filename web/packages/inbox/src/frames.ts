/** Gathers changes into draws: at most one per frame of the screen, and in a hidden page, which has no frames, by time. */

const HIDDEN = 100;

/** Gives a function that runs `draw` soon, once for however many calls came before. Where there is no screen: at once. */
export function gathered(draw: () => void): () => void {
  if (typeof requestAnimationFrame === 'undefined') return draw;
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    const run = (): void => {
      if (!waiting) return;
      waiting = false;
      draw();
    };
    requestAnimationFrame(run);
    setTimeout(run, HIDDEN);
  };
}
