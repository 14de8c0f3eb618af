/** The page of an address that leads nowhere. */

import { useEffect } from 'react';
import { useTranslation } from '../app/translation';
import { LinkButton } from './links';
import { Page } from './Page';
import { Gone } from './State';

export function NotFound() {
  const { t } = useTranslation();
  // The router tells of no page that came, so the focus is moved from here.
  useEffect(() => document.getElementById('page-title')?.focus({ preventScroll: true }), []);
  return (
    <Page title={t('state.not_found_page')}>
      <Gone
        action={
          <LinkButton to="/" variant="default">
            {t('state.go_home')}
          </LinkButton>
        }
      />
    </Page>
  );
}
