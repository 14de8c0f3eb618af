/** `/w/{workspace}/compose`: a new notification. The page is the route's above. */

import { createFileRoute } from '@tanstack/react-router';

export const Route = createFileRoute('/_in/w/$ws/compose/')({});
