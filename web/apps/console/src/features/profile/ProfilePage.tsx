/** The operator's own page: name, password, and where they are signed in. */

import { Stack } from '@mantine/core';
import { useSession } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Page } from '../../components/Page';
import { NameForm } from './NameForm';
import { PasswordForm } from './PasswordForm';
import { Sessions } from './Sessions';

export function ProfilePage() {
  const { t } = useTranslation();
  const { operator } = useSession();
  return (
    <Page title={t('profile.title')} lead={operator.email} width="narrow">
      <Stack gap="lg">
        <NameForm name={operator.name} />
        <PasswordForm />
        <Sessions />
      </Stack>
    </Page>
  );
}
