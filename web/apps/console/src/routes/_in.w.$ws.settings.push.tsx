/** `/w/{workspace}/settings/push`: web push. */

import { createFileRoute } from '@tanstack/react-router';
import { PushPage } from '../features/settings/PushPage';

export const Route = createFileRoute('/_in/w/$ws/settings/push')({ component: PushPage });
