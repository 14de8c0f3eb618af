/** `/w/{workspace}/notifications/{id}`: one notification, with the filters of its deliveries in the address. */

import { createFileRoute } from '@tanstack/react-router';
import { textsFor } from '../app/language';
import { NotificationPage } from '../features/notifications/NotificationPage';
import { deliverySearch } from '../features/notifications/search';

export const Route = createFileRoute('/_in/w/$ws/notifications/$id')({
  validateSearch: deliverySearch,
  // The list does without the words of a single one.
  beforeLoad: () => textsFor('notification'),
  component: NotificationPage,
});
