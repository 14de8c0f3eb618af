/** `/w/{workspace}/groups`: all groups. */

import { createFileRoute } from '@tanstack/react-router';
import { GroupsPage } from '../features/groups/GroupsPage';

export const Route = createFileRoute('/_in/w/$ws/groups/')({
  validateSearch: (search: Record<string, unknown>): { add?: true } =>
    search.add === true ? { add: true } : {},
  component: GroupsPage,
});
