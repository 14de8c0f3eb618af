/** Asks before something that cannot be undone: its name has to be typed. Everything else has Undo instead. */

import { Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from '../app/translation';
import { Busy } from './form';

export interface TypedNameProps {
  opened: boolean;
  close: () => void;
  title: string;
  /** What goes, and what stays. */
  children: ReactNode;
  /** What has to be typed. */
  name: string;
  /** On the button. */
  label: string;
  busy: boolean;
  run: () => void;
}

export function TypedName({ opened, close, title, children, name, label, busy, run }: TypedNameProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const same = typed.trim().normalize() === name.trim().normalize();
    setWrong(!same);
    if (same && !busy) run();
  };
  const leave = () => {
    setTyped('');
    setWrong(false);
    close();
  };
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={title}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <form noValidate onSubmit={submit}>
        <Stack gap="md">
          <Text component="div">{children}</Text>
          <TextInput
            label={t('typed_name.label', { name })}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            error={wrong && t('typed_name.wrong')}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Busy busy={false} variant="default" onClick={leave}>
              {t('typed_name.keep')}
            </Busy>
            <Busy busy={busy} type="submit" color="red">
              {label}
            </Busy>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
