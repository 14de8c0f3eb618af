/** `/w/{workspace}/settings/api-keys`: API keys. */

import { createFileRoute } from '@tanstack/react-router';
import { ApiKeysPage } from '../features/settings/ApiKeysPage';

export const Route = createFileRoute('/_in/w/$ws/settings/api-keys')({ component: ApiKeysPage });
