/** `/w/{workspace}/settings/signing-keys`: keys that sign user tokens. */

import { createFileRoute } from '@tanstack/react-router';
import { SigningKeysPage } from '../features/settings/SigningKeysPage';

export const Route = createFileRoute('/_in/w/$ws/settings/signing-keys')({ component: SigningKeysPage });
