/** How much of a limit a text uses: said only when it matters, shown when it is near. */

import { useTranslation } from '../../app/translation';
import classes from './Compose.module.css';
import { lengthOf } from './writing';

const NEAR = 0.6;

/** Whether there is anything to say. */
export const isNear = (text: string, most: number): boolean => lengthOf(text) >= most * NEAR;

export function Counter({ text, most }: { text: string; most: number }) {
  const { t } = useTranslation();
  const count = lengthOf(text);
  if (!isNear(text, most)) return null;
  return (
    <span className={classes.counter} data-over={count > most || undefined}>
      {t('compose.characters', { count, most })}
    </span>
  );
}
