/** `/w/{workspace}/settings/staff`: who works here. */

import { createFileRoute } from '@tanstack/react-router';
import { StaffPage } from '../features/settings/StaffPage';

export const Route = createFileRoute('/_in/w/$ws/settings/staff')({ component: StaffPage });
