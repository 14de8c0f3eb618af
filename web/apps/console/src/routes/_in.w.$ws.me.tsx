/** `/w/{workspace}/me`: the operator's own device. */

import { createFileRoute } from '@tanstack/react-router';
import { MePage } from '../features/me/MePage';

export const Route = createFileRoute('/_in/w/$ws/me')({ component: MePage });
