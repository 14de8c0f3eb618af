/** `/w/{workspace}/settings/origins`: pages that may show the inbox. */

import { createFileRoute } from '@tanstack/react-router';
import { OriginsPage } from '../features/settings/OriginsPage';

export const Route = createFileRoute('/_in/w/$ws/settings/origins')({ component: OriginsPage });
