/** Where toasts appear. Loaded after the page is there; what was said before that waits in the store. */

import { Notifications } from '@mantine/notifications';

export default function Toaster() {
  return <Notifications position="bottom-right" limit={4} />;
}
