/** `/w/{workspace}/people/{external id}`: one person. */

import { createFileRoute } from '@tanstack/react-router';
import { PersonPage } from '../features/people/PersonPage';

export const Route = createFileRoute('/_in/w/$ws/people/$id')({
  validateSearch: (search: Record<string, unknown>): { edit?: true } =>
    search.edit === true ? { edit: true } : {},
  component: PersonPage,
});
