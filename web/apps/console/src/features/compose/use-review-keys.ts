/** Ctrl+Enter (or Cmd+Enter), also while typing. Before the editor, which would make a line of it. */

import { useEffect, useRef } from 'react';
import { useShortcut } from '../../app/shortcuts';
import { useTranslation } from '../../app/translation';

export function useReviewKeys(run: () => void): void {
  const { t } = useTranslation();
  // For the list of keys; listening to keys with Ctrl is done here.
  useShortcut('Ctrl Enter', t('compose.review'), () => undefined);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      // Held down, it would go through the review at once.
      if (!event.repeat && !event.isComposing) latest.current();
    };
    document.addEventListener('keydown', onKey, { capture: true });
    return () => document.removeEventListener('keydown', onKey, { capture: true });
  }, []);
}
