/** `/w/{workspace}/people/import/{id}`: one import. */

import { createFileRoute } from '@tanstack/react-router';
import { textsFor } from '../app/language';
import { ImportDetailPage } from '../features/imports/ImportDetailPage';

export const Route = createFileRoute('/_in/w/$ws/people/import/$id')({
  // Its texts are not among those of the lists of people.
  beforeLoad: () => textsFor('imports'),
  component: ImportDetailPage,
});
