/** What a new workspace still needs; it ticks itself and goes when all is done. */

import type { Overview } from '@belfry/api/console';
import { Check } from 'lucide-react';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { LinkButton } from '../../components/links';
import { Section } from '../../components/Page';
import classes from './HomePage.module.css';

const steps = ['people', 'device', 'test', 'sent'] as const;
type Step = (typeof steps)[number];

const places = {
  people: '/w/$ws/people/import',
  device: '/w/$ws/me',
  test: '/w/$ws/compose',
  sent: '/w/$ws/compose',
} as const satisfies Record<Step, string>;

export function Checklist({ done }: { done: Overview['checklist'] }) {
  const { t } = useTranslation();
  const { slug } = useWorkspace();
  const may: Record<Step, boolean> = {
    people: useMay('users:write'),
    device: useMay('notifications:write'),
    test: useMay('notifications:write'),
    sent: useMay('notifications:write'),
  };
  const left = steps.filter((step) => !done[step]);
  // Nor is it shown to somebody who could take none of the steps.
  if (!left.some((step) => may[step])) return null;
  return (
    <Section
      flush
      title={t('checklist.title')}
      lead={t('checklist.progress', { done: steps.length - left.length, of: steps.length })}
    >
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li key={step} className={classes.step} data-done={done[step] || undefined}>
            <span className={classes.tick}>
              <Check size={15} strokeWidth={2.5} aria-hidden />
            </span>
            <div className={classes.stepText}>
              <p className={classes.stepName}>
                {t(`checklist.${step}`)}
                {done[step] && <span className="sr"> {t('checklist.done')}</span>}
              </p>
              {!done[step] && <p className={classes.stepWhy}>{t(`checklist.${step}_why`)}</p>}
            </div>
            {!done[step] && may[step] && (
              <LinkButton
                to={places[step]}
                params={{ ws: slug }}
                size="compact-md"
                variant={left[0] === step ? 'filled' : 'default'}
              >
                {t(`checklist.${step}_action`)}
              </LinkButton>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
