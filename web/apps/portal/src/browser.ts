/** Which browser this is, as far as help differs. Pure over the user agent; refuses to decide what works. */

export type BrowserName = 'chrome' | 'edge' | 'firefox' | 'safari' | 'ios' | 'samsung' | 'other';

interface Agent {
  userAgent: string;
  maxTouchPoints: number;
}

const here = (): Agent => ({ userAgent: navigator.userAgent, maxTouchPoints: navigator.maxTouchPoints });

/** iPads say that they are Macs; a Mac has no touch screen. */
export const onApplePhone = ({ userAgent, maxTouchPoints }: Agent = here()): boolean =>
  /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);

/** Every browser on iOS is bound by the same rules, so it counts as one. */
export function browserName(agent: Agent = here()): BrowserName {
  const { userAgent } = agent;
  if (onApplePhone(agent)) return 'ios';
  if (/SamsungBrowser/.test(userAgent)) return 'samsung';
  if (/Edg(?:A|e)?\//.test(userAgent)) return 'edge';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/OPR\/|Vivaldi/.test(userAgent)) return 'other';
  if (/Chrom(?:e|ium)\//.test(userAgent)) return 'chrome';
  return /Safari\//.test(userAgent) ? 'safari' : 'other';
}

/** Whether a phone's browser: those show pushes also while they are closed. */
export const onPhone = ({ userAgent }: Pick<Agent, 'userAgent'> = here()): boolean =>
  /Android|Mobile/.test(userAgent);

/** Opened from the home screen or as an installed application. */
export const standalone = (): boolean =>
  matchMedia('(display-mode: standalone)').matches ||
  (navigator as { standalone?: boolean }).standalone === true;
