/** Where in the import one is: file, columns, check, import. */

import { Check } from 'lucide-react';
import { useTranslation } from '../../app/translation';
import classes from './Import.module.css';

const steps = ['file', 'columns', 'check', 'import'] as const;
export type Step = (typeof steps)[number];

/** `done`: the last step is behind as well. */
export function Steps({ now, done = false }: { now: Step; done?: boolean }) {
  const { t } = useTranslation();
  const at = steps.indexOf(now);
  return (
    <ol className={classes.steps} aria-label={t('import.steps')}>
      {steps.map((step, index) => {
        const behind = index < at || (done && index === at);
        return (
          <li
            key={step}
            data-now={(index === at && !done) || undefined}
            data-behind={behind || undefined}
            aria-current={index === at ? 'step' : undefined}
          >
            <span className={classes.stepMark} aria-hidden>
              {behind ? <Check size={13} strokeWidth={3} /> : index + 1}
            </span>
            {t(`import.step_${step}`)}
          </li>
        );
      })}
    </ol>
  );
}
