/** A field to search in: what is typed is told after a short rest, and follows when the address changes elsewhere. */

import { CloseButton, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from '../app/translation';
import classes from './Filters.module.css';

const REST_MS = 250;
/** The server takes no more. */
const LONGEST = 200;

export interface SearchBoxProps {
  label: string;
  value: string;
  /** Told without the blanks around it; nothing is an empty text. */
  change: (value: string) => void;
  field?: RefObject<HTMLInputElement | null>;
}

export function SearchBox({ label, value, change, field }: SearchBoxProps) {
  const { t } = useTranslation();
  const own = useRef<HTMLInputElement>(null);
  const input = field ?? own;
  const [typed, type] = useState(value);
  const told = useRef(value);
  const latest = useRef(change);
  useEffect(() => {
    latest.current = change;
  });
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      type(value);
    }
  }, [value]);
  useEffect(() => {
    const next = typed.trim();
    if (next === told.current) return;
    const timer = setTimeout(() => {
      told.current = next;
      latest.current(next);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<Search size={16} aria-hidden />}
      rightSection={
        typed && (
          <CloseButton
            size="sm"
            aria-label={t('list.clear_search')}
            onClick={() => {
              type('');
              input.current?.focus();
            }}
          />
        )
      }
      value={typed}
      maxLength={LONGEST}
      autoComplete="off"
      spellCheck={false}
      className={classes.search ?? ''}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
