/** `/w/{workspace}/settings`: the workspace itself. */

import { createFileRoute } from '@tanstack/react-router';
import { WorkspacePage } from '../features/settings/WorkspacePage';

export const Route = createFileRoute('/_in/w/$ws/settings/')({ component: WorkspacePage });
