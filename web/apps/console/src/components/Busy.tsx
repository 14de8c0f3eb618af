/** A button that is at work. Apart from forms, which bring more along than a page without one needs. */

import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** A button that may be at work: `aria-disabled`, never `disabled`. */
export function Busy({
  busy,
  children,
  onClick,
  type = 'button',
  ...rest
}: {
  busy: boolean;
  children: ReactNode;
  onClick?: () => void;
  type?: 'button' | 'submit';
} & ButtonProps) {
  return (
    <Button
      {...rest}
      type={type}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      data-busy={busy || undefined}
      loaderProps={{ type: 'dots' }}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </Button>
  );
}
