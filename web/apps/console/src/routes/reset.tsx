/** `/reset#{token}`: a new password by a link from the command line or from a colleague. */

import { createFileRoute, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { takeToken } from '../app/fragment';
import { useTranslation } from '../app/translation';
import { Entrance } from '../components/Entrance';
import { LinkButton } from '../components/links';
import { toast } from '../components/toast';
import { ResetForm } from '../features/session/ResetForm';

export const Route = createFileRoute('/reset')({ component: Reset });

function Reset() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(() => takeToken('reset'));
  const done = () => {
    toast(t('reset.done'));
    void navigate({ to: '/sign-in', replace: true });
  };
  return (
    <Entrance title={t('reset.title')} lead={t(token ? 'reset.lead' : 'reset.no_token')}>
      {token ? (
        <ResetForm token={token} done={done} />
      ) : (
        <LinkButton to="/sign-in" variant="default" fullWidth>
          {t('sign_in.title')}
        </LinkButton>
      )}
    </Entrance>
  );
}
