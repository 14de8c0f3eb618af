/** `/w/{workspace}/notifications`: the list, with its filters in the address. */

import { createFileRoute } from '@tanstack/react-router';
import { NotificationsPage } from '../features/notifications/NotificationsPage';
import { listSearch } from '../features/notifications/search';

export const Route = createFileRoute('/_in/w/$ws/notifications/')({
  validateSearch: listSearch,
  component: NotificationsPage,
});
