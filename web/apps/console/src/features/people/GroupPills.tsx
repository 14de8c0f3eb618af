/** The groups that somebody is in, by name; the first few and how many more. */

import type { Group } from '@belfry/api/console';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import classes from './GroupPills.module.css';

export function GroupPills({
  keys,
  all,
  most = keys.length,
}: {
  keys: readonly string[];
  /** To name them; until they are there, keys stand for them. */
  all: readonly Group[] | undefined;
  most?: number;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  if (keys.length === 0) return <span className={classes.none}>–</span>;
  const names = keys.map((key) => all?.find((one) => one.key === key)?.name ?? key);
  const hidden = names.slice(most);
  return (
    <span className={classes.pills}>
      {names.slice(0, most).map((name) => (
        <span key={name} className={classes.pill} title={name}>
          <bdi>{name}</bdi>
        </span>
      ))}
      {hidden.length > 0 && (
        <span className={classes.more} title={format.list(hidden)}>
          {t('people.more_groups', { count: hidden.length })}
        </span>
      )}
    </span>
  );
}
