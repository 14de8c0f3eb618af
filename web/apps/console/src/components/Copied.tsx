/** A text to hand on: shown whole, selected on focus, copied by a button that says when it has. */

import { Button, Group, TextInput } from '@mantine/core';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '../app/live-region';
import { useTranslation } from '../app/translation';

const SHOWN_MS = 2_500;

export function Copied({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      announce(t('copy.done'));
    } catch {
      // Without the permission to copy, the text stands there to be selected.
      announce(t('copy.failed'));
    }
  };
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      <TextInput
        label={label}
        value={value}
        readOnly
        dir="ltr"
        flex={1}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        variant="default"
        onClick={() => void copy()}
        leftSection={copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      >
        {t(copied ? 'copy.done' : 'copy.copy')}
      </Button>
    </Group>
  );
}
