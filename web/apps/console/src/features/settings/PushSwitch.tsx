/** Whether push is sent at all: takes effect at once, with a way back. */

import { Switch, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useMay } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';
import { useChange } from './use-change';

export function PushSwitch({ on }: { on: boolean }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const may = useMay('settings:write');
  const change = useChange();
  const set = useMutation({
    mutationFn: (push_on: boolean) => change({ push_on }),
    onSuccess: (_, now) =>
      toast(t(now ? 'settings.push_turned_on' : 'settings.push_turned_off'), {
        undo: () => change({ push_on: !now }),
      }),
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
  });
  const shown = set.isPending ? set.variables : on;
  return (
    <Section title={t('settings.push_title')}>
      {may ? (
        <Switch
          checked={shown}
          onChange={(event) => set.mutate(event.currentTarget.checked)}
          label={t('settings.push_on')}
          description={t('settings.push_hint')}
        />
      ) : (
        <Text>{t(on ? 'settings.push_is_on' : 'settings.push_is_off')}</Text>
      )}
    </Section>
  );
}
