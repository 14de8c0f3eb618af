/** A person's or workspace's picture, else initials on a colour that stays theirs. */

import { hue, initials } from '@belfry/inbox/avatar';
import classes from './Face.module.css';

export function Face({
  name,
  photo,
  size = 32,
  square = false,
}: {
  name: string;
  /** URL. */
  photo?: string | null;
  size?: number;
  square?: boolean;
}) {
  const style = { width: size, height: size, fontSize: Math.round(size * 0.4), '--hue': hue(name) * 45 };
  return (
    <span className={classes.face} data-square={square || undefined} style={style} aria-hidden>
      {photo ? <img src={photo} alt="" width={size} height={size} /> : initials(name)}
    </span>
  );
}
