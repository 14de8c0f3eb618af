/** `?`: every key that works at this moment. */

import { Group, Kbd, Modal, Stack, Text, Title } from '@mantine/core';
import { activeShortcuts, type Shortcut } from '../app/shortcuts';
import { useTranslation } from '../app/translation';
import classes from './ShortcutList.module.css';

const OR = '|';

export default function ShortcutList({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const all = activeShortcuts();
  // `/` is registered, Ctrl+K is listened to apart from the rest: one row for both.
  const palette: Shortcut = { keys: `Ctrl+K ${OR} /`, label: t('shortcut.palette'), group: 'everywhere' };
  return (
    <Modal
      opened
      onClose={close}
      title={t('shortcut.title')}
      size="md"
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
    >
      <Stack gap="lg">
        <Keys title={t('shortcut.page')} keys={all.filter((one) => one.group === 'page')} />
        <Keys
          title={t('shortcut.everywhere')}
          keys={[palette, ...all.filter((one) => one.group === 'everywhere' && one.keys !== '/')]}
        />
      </Stack>
    </Modal>
  );
}

function Keys({ title, keys }: { title: string; keys: Shortcut[] }) {
  const { t } = useTranslation();
  if (keys.length === 0) return null;
  return (
    <section>
      <Title order={3} mb={6}>
        {title}
      </Title>
      <dl className={classes.list}>
        {keys.map((one) => (
          <div key={`${one.keys} ${one.label}`} className={classes.row}>
            <Text component="dt" size="sm">
              {one.label}
            </Text>
            <Group component="dd" gap={4} m={0}>
              {one.keys.split(/[ +]/).map((key, at) =>
                key === OR ? (
                  <Text key={key} span size="xs" c="dimmed">
                    {t('shortcut.or')}
                  </Text>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a key may be pressed twice.
                  <Kbd key={at}>{key === 'Ctrl' ? t('shortcut.ctrl') : key}</Kbd>
                ),
              )}
            </Group>
          </div>
        ))}
      </dl>
    </section>
  );
}
