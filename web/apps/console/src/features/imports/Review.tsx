/** After the check: what running would do, and the button that does it. */

import type { Import } from '@belfry/api/console';
import { Checkbox, Text } from '@mantine/core';
import { useState } from 'react';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';
import { LinkButton } from '../../components/links';
import { Section } from '../../components/Page';
import classes from './Import.module.css';
import { Counts, RefusedRows } from './Outcome';

export interface ReviewProps {
  it: Import;
  back: () => void;
  run: (createGroups: boolean) => void;
  busy: boolean;
}

export function Review({ it, back, run, busy }: ReviewProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [createGroups, setCreateGroups] = useState(true);
  const { result } = it;
  if (!result) return null;
  const count = result.added + result.changed;
  const groups = it.mapping.groups !== undefined;
  return (
    <>
      <Section flush title={t('import.review')} lead={t('import.review_lead')}>
        <Counts result={result} would />
        <div className={classes.foot}>
          <div className={classes.footNote}>
            {count === 0 ? (
              <Text size="sm" c="dimmed">
                {t('import.nothing_to_do')}
              </Text>
            ) : (
              groups && (
                <Checkbox
                  label={t('import.create_groups')}
                  description={t('import.create_groups_hint')}
                  checked={createGroups}
                  onChange={(event) => setCreateGroups(event.currentTarget.checked)}
                />
              )
            )}
          </div>
          <div className={classes.footButtons}>
            <Busy busy={false} variant="default" onClick={back}>
              {t('import.back_to_columns')}
            </Busy>
            {count > 0 ? (
              <Busy busy={busy} onClick={() => run(createGroups)}>
                {t('import.run', { count })}
              </Busy>
            ) : (
              <LinkButton to="/w/$ws/people" params={{ ws: workspace.slug }}>
                {t('import.see_people')}
              </LinkButton>
            )}
          </div>
        </div>
      </Section>
      <RefusedRows it={it} />
    </>
  );
}
