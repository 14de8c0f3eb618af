/** `/w/{workspace}/groups/{key}`: one group. */

import { createFileRoute } from '@tanstack/react-router';
import { GroupPage } from '../features/groups/GroupPage';

export const Route = createFileRoute('/_in/w/$ws/groups/$key')({ component: GroupPage });
