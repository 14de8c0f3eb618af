/** `/`: leads to the workspace that was looked at last. */

import { createFileRoute, redirect } from '@tanstack/react-router';
import { Inbox } from 'lucide-react';
import { firstWorkspace } from '../app/session';
import { useTranslation } from '../app/translation';
import { Page } from '../components/Page';
import { State } from '../components/State';

export const Route = createFileRoute('/_in/')({
  beforeLoad: ({ context }) => {
    const workspace = firstWorkspace(context.session);
    if (workspace) throw redirect({ to: '/w/$ws', params: { ws: workspace.slug }, replace: true });
  },
  component: NoWorkspace,
});

function NoWorkspace() {
  const { t } = useTranslation();
  return (
    <Page title={t('frame.welcome')}>
      <State icon={Inbox} title={t('frame.no_workspace_title')}>
        {t('frame.no_workspace')}
      </State>
    </Page>
  );
}
