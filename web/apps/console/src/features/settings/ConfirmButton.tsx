/** A button for what cannot be undone: it says first what will happen, in a dialog. */

import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';

export function ConfirmButton({
  label,
  about,
  title,
  text,
  busy,
  run,
}: {
  label: string;
  /** What it is about: several of these buttons stand below one another. */
  about: string;
  title: string;
  text: string;
  busy: boolean;
  run: () => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const [asking, ask] = useState(false);
  // A failure is said by whoever runs it; the dialog goes in any case.
  const go = () => void run().then(close, close);
  const close = () => ask(false);
  return (
    <>
      <Button
        size="compact-md"
        variant="subtle"
        color="gray"
        aria-label={`${label}: ${about}`}
        onClick={() => ask(true)}
      >
        {label}
      </Button>
      <Modal
        opened={asking}
        onClose={close}
        title={title}
        closeButtonProps={{ 'aria-label': t('settings.keep') }}
      >
        <Text size="sm">{text}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            {t('settings.keep')}
          </Button>
          <Busy busy={busy} color="red" onClick={go}>
            {label}
          </Busy>
        </Group>
      </Modal>
    </>
  );
}
