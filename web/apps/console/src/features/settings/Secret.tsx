/** Something that is shown this once: a secret or a link, with a button that copies it. */

import { Alert, Button, Text } from '@mantine/core';
import { Check, Copy, ShieldAlert } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { announce } from '../../app/live-region';
import { useTranslation } from '../../app/translation';
import classes from './Secret.module.css';

const SAID_MS = 2_500;

export function Secret({ title, value, children }: { title: string; value: string; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  // It stands where the form was: whoever used the keyboard would be left in nothing.
  useEffect(() => ref.current?.focus(), []);
  return (
    <Alert
      ref={ref}
      tabIndex={-1}
      color="indigo"
      icon={<ShieldAlert size={18} aria-hidden />}
      title={title}
      role="status"
    >
      <Text size="sm" mb="sm">
        {children}
      </Text>
      <Copyable value={value} label={title} />
    </Alert>
  );
}

/** A value in fixed width that can be marked and copied. */
export function Copyable({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<boolean | null>(null);
  const code = useRef<HTMLElement>(null);
  useEffect(() => {
    if (copied === null) return;
    const timer = setTimeout(() => setCopied(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
      announce(t('settings.copied'));
    } catch {
      // Without HTTPS there is no clipboard: it is marked instead, for Ctrl+C.
      if (code.current) getSelection()?.selectAllChildren(code.current);
      setCopied(false);
      announce(t('settings.marked'));
    }
  };
  const word = t(copied === null ? 'settings.copy' : copied ? 'settings.copied' : 'settings.marked');
  return (
    <div className={classes.copyable}>
      <code ref={code} className={classes.value}>
        {value}
      </code>
      <Button
        variant="default"
        size="compact-md"
        leftSection={copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
        aria-label={`${word}: ${label}`}
        onClick={() => void copy()}
      >
        {word}
      </Button>
    </div>
  );
}
