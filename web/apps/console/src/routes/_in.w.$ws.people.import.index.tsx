/** `/w/{workspace}/people/import`: where an import begins. */

import { createFileRoute } from '@tanstack/react-router';
import { textsFor } from '../app/language';
import { ImportPage } from '../features/imports/ImportPage';

export const Route = createFileRoute('/_in/w/$ws/people/import/')({
  // Its texts are not among those of the lists of people.
  beforeLoad: () => textsFor('imports'),
  component: ImportPage,
});
