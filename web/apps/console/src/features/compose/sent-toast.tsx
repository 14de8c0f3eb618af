/** After sending: ten seconds in which it can be taken back, counted down, by button or key. */

import { Button, Group, Kbd, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Send } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { announce } from '../../app/live-region';
import { useShortcut } from '../../app/shortcuts';
import { t } from '../../app/translation';
import classes from './Compose.module.css';

const ID = 'compose-sent';

/** Shows it for `seconds`; `undo` is called at most once. */
export function sentToast(people: number | undefined, seconds: number, undo: () => void): void {
  const text = people === undefined ? t('compose.sent') : t('compose.sent_to', { count: people });
  notifications.hide(ID);
  notifications.show({
    id: ID,
    color: 'indigo',
    icon: <Send size={16} aria-hidden />,
    autoClose: false,
    withBorder: true,
    closeButtonProps: { 'aria-label': t('toast.close') },
    message: <Countdown text={text} seconds={seconds} undo={undo} />,
  });
  announce(`${text} ${t('compose.undo_said', { count: seconds })}`);
}

function Countdown({ text, seconds, undo }: { text: string; seconds: number; undo: () => void }) {
  // Counted from the server's answer, not from its clock: the two clocks may differ.
  const [end] = useState(() => performance.now() + seconds * 1000);
  const [left, setLeft] = useState(seconds);
  const over = useRef(false);
  useEffect(() => {
    const timer = setInterval(() => {
      const now = Math.ceil((end - performance.now()) / 1000);
      setLeft(Math.max(now, 0));
      if (now <= 0) notifications.hide(ID);
    }, 200);
    return () => clearInterval(timer);
  }, [end]);
  const run = () => {
    if (over.current) return;
    over.current = true;
    notifications.hide(ID);
    undo();
  };
  useShortcut('z', t('compose.undo_shortcut'), run);
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{text}</Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={run}
          rightSection={<Kbd className={classes.kbdQuiet ?? ''}>Z</Kbd>}
        >
          <span className="figures">{t('compose.undo_in', { seconds: left })}</span>
        </Button>
      </Group>
      <div className={classes.countdown} aria-hidden>
        <i style={{ animationDuration: `${seconds}s` }} />
      </div>
    </div>
  );
}
