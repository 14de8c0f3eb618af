/** What an import did. */

import type { Import } from '@belfry/api/console';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { groupsKey } from '../../app/groups';
import { announce } from '../../app/live-region';
import { peopleKey } from '../../app/people';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { LinkButton } from '../../components/links';
import { Section } from '../../components/Page';
import classes from './Import.module.css';
import { Counts, RefusedRows } from './Outcome';

export function Finished({ it }: { it: Import }) {
  const { t } = useTranslation();
  const { id: ws, slug } = useWorkspace();
  const client = useQueryClient();
  const { result } = it;
  useEffect(() => {
    announce(t('import.done'));
    // Whatever was loaded of people before is no longer so.
    for (const queryKey of [peopleKey(ws), groupsKey(ws), ['w', ws, 'overview']]) {
      void client.invalidateQueries({ queryKey });
    }
  }, [client, ws, t]);
  if (!result) return null;
  return (
    <>
      <Section flush title={t('import.done')} lead={t('import.done_lead')}>
        <Counts result={result} would={false} />
        <div className={classes.foot}>
          <span className={classes.footNote} />
          <div className={classes.footButtons}>
            <LinkButton to="/w/$ws/people/import" params={{ ws: slug }} variant="default">
              {t('import.other_file')}
            </LinkButton>
            <LinkButton to="/w/$ws/people" params={{ ws: slug }}>
              {t('import.see_people')}
            </LinkButton>
          </div>
        </div>
      </Section>
      <RefusedRows it={it} />
    </>
  );
}
