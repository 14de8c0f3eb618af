/** A field for a password that is being chosen: the rule stands there before it is broken. */

import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslation } from '../app/translation';

/** Characters at least; the server says the same. */
export const PASSWORD_LEAST = 12;

export function NewPassword(props: PasswordInputProps) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('field.new_password')}
      description={t('field.new_password_hint', { count: PASSWORD_LEAST })}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('field.show_password'), tabIndex: 0 }}
      {...props}
    />
  );
}
