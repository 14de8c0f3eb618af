/** The workspace itself: name, icon, zone, languages, push, quota. */

import type { WorkspaceSettings } from '@belfry/api/console';
import { useQuery } from '@tanstack/react-query';
import { useWorkspace } from '../../app/session';
import { Loaded } from '../../components/Loaded';
import { General } from './GeneralForm';
import { IconForm } from './IconForm';
import { PushSwitch } from './PushSwitch';
import { QuotaForm } from './QuotaForm';
import { workspaceQuery } from './queries';
import { SettingsFrame } from './SettingsFrame';

export function WorkspacePage() {
  const workspace = useWorkspace();
  const query = useQuery({
    ...workspaceQuery(workspace.id),
    enabled: workspace.permissions.includes('settings:read'),
  });
  return (
    <SettingsFrame part="workspace">
      <Loaded query={query}>{(settings) => <Forms settings={settings} />}</Loaded>
    </SettingsFrame>
  );
}

function Forms({ settings }: { settings: WorkspaceSettings }) {
  return (
    <>
      <General settings={settings} />
      <IconForm settings={settings} />
      <PushSwitch on={settings.push_on} />
      <QuotaForm />
    </>
  );
}
