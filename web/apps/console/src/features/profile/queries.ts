/** What the profile asks the server. */

import { ask } from '@belfry/api/console';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../../app/api';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => ask(api.GET('/v1/operator/sessions', { signal })),
});
