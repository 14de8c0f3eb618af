/** Home: what was sent, what runs, what needs attention, how quick it was, and what a new workspace still needs. */

import { useQuery } from '@tanstack/react-query';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Loaded } from '../../components/Loaded';
import { Page } from '../../components/Page';
import { Attention } from './Attention';
import { Checklist } from './Checklist';
import { Figures, FiguresSkeleton } from './Figures';
import classes from './HomePage.module.css';
import { Latest } from './Latest';
import { overviewQuery } from './queries';

export function HomePage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const overview = useQuery(overviewQuery(workspace.id));
  return (
    <Page title={t('home.title')} lead={t('home.lead', { workspace: workspace.name })}>
      <Loaded query={overview} skeleton={<FiguresSkeleton />}>
        {(data) => (
          <>
            {/* A new workspace has no devices; the first steps say what to do about it. */}
            <Attention
              items={data.attention.filter((one) => one.kind !== 'no_devices' || data.checklist.device)}
            />
            <Checklist done={data.checklist} />
            <Figures overview={data} />
            <div className={classes.below}>
              <Latest />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
