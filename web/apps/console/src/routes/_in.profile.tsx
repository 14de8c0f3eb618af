/** `/profile`: the operator's own name, password and sessions. */

import { createFileRoute } from '@tanstack/react-router';
import { ProfilePage } from '../features/profile/ProfilePage';

export const Route = createFileRoute('/_in/profile')({ component: ProfilePage });
