/** An import at work: how many of how many, how fast, how long still. It goes on without this page. */

import type { Import } from '@belfry/api/console';
import { Progress, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useFormat } from '../../app/format';
import { useTranslation } from '../../app/translation';
import { Section } from '../../components/Page';
import classes from './Import.module.css';
import { paceOf, type Seen, see } from './progress';

export function Working({ it }: { it: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { done, of } = it.progress;
  const [seen, setSeen] = useState<Seen[]>([]);
  useEffect(() => {
    setSeen((before) => see(before, { at: performance.now(), done }));
  }, [done]);
  const pace = paceOf(seen, of);
  const checking = it.status === 'checking';
  return (
    <Section
      title={t(checking ? 'import.checking' : 'import.running')}
      lead={t(checking ? 'import.checking_lead' : 'import.running_lead')}
    >
      <div className={classes.progress}>
        <Text fw={600} className="figures" role="status">
          {t('import.progress', { done, of })}
        </Text>
        <Text size="sm" c="dimmed" className="figures">
          {pace &&
            t('import.pace', { count: Math.round(pace.rate), left: format.span(Math.ceil(pace.left)) })}
        </Text>
      </div>
      <Progress
        value={of > 0 ? (done / of) * 100 : 0}
        size={8}
        radius="xl"
        animated
        aria-label={t('import.progress', { done, of })}
      />
    </Section>
  );
}
