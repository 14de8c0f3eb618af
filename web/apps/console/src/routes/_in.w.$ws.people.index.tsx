/** `/w/{workspace}/people`: the list, with its filters in the address. */

import { createFileRoute } from '@tanstack/react-router';
import { readSearch } from '../features/people/filter';
import { PeoplePage } from '../features/people/PeoplePage';

export const Route = createFileRoute('/_in/w/$ws/people/')({
  validateSearch: readSearch,
  component: PeoplePage,
});
