/** Everything in one workspace. One that is not there, or not the operator's, does not exist. */

import { createFileRoute, notFound, Outlet } from '@tanstack/react-router';
import { textsFor } from '../app/language';
import { workspacesOf } from '../app/session';
import { NotFound } from '../components/Missing';

export const Route = createFileRoute('/_in/w/$ws')({
  beforeLoad: async ({ context, params, location }) => {
    const workspace = workspacesOf(context.session).find((one) => one.slug === params.ws);
    if (!workspace) throw notFound();
    await textsFor(location.pathname.split('/')[3] || undefined);
    return { workspace };
  },
  component: Outlet,
  notFoundComponent: NotFound,
});
