/** `/sign-in?next=/…`: leads back to where somebody wanted to go, but never to another site. */

import type { Session } from '@belfry/api/console';
import { useQueryClient } from '@tanstack/react-query';
import { createFileRoute, redirect, useRouter } from '@tanstack/react-router';
import { safeNext } from '../app/next';
import { sessionQuery } from '../app/session';
import { useTranslation } from '../app/translation';
import { Entrance } from '../components/Entrance';
import { SignInForm } from '../features/session/SignInForm';

export const Route = createFileRoute('/sign-in')({
  validateSearch: (search: Record<string, unknown>): { next?: string } =>
    typeof search.next === 'string' ? { next: search.next } : {},
  beforeLoad: async ({ context, search }) => {
    // A server that does not answer is no reason not to show the form.
    const session = await context.queryClient.ensureQueryData(sessionQuery).catch(() => null);
    if (session) throw redirect({ href: safeNext(search.next), replace: true });
  },
  component: SignIn,
});

function SignIn() {
  const { t } = useTranslation();
  const { next } = Route.useSearch();
  const client = useQueryClient();
  const router = useRouter();
  const done = async (session: Session) => {
    client.setQueryData(sessionQuery.queryKey, session);
    await router.navigate({ href: safeNext(next), replace: true });
  };
  return (
    <Entrance title={t('sign_in.title')} lead={t('sign_in.lead')}>
      <SignInForm done={done} />
    </Entrance>
  );
}
