/** What keeps it from being sent, with ways to the fields; takes focus each time somebody tried. */

import { Alert, Anchor, List } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from '../../app/translation';
import type { Faults } from './use-faults';

export function FaultSummary({ faults: { faults, attempt } }: { faults: Faults }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (attempt > 0) box.current?.focus();
  }, [attempt]);
  if (faults.length === 0) return null;
  return (
    <Alert
      ref={box}
      tabIndex={-1}
      role="alert"
      color="red"
      icon={<TriangleAlert size={18} aria-hidden />}
      title={t('form.summary', { count: faults.length })}
    >
      <List size="sm" listStyleType="none">
        {faults.map(({ field, text }) => (
          <List.Item key={`${field} ${text}`}>
            {field ? (
              <Anchor
                component="button"
                type="button"
                size="sm"
                c="inherit"
                td="underline"
                ta="start"
                onClick={() => goTo(field)}
              >
                {t(`compose.field_${field}`)}: {text}
              </Anchor>
            ) : (
              text
            )}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function goTo(field: string): void {
  const target = document.getElementById(`compose-${field}`);
  const inner = target?.matches('[tabindex="-1"]')
    ? target.querySelector<HTMLElement>('input:checked, input, [contenteditable="true"], textarea')
    : null;
  (inner ?? target)?.focus();
  target?.scrollIntoView({ block: 'center' });
}
