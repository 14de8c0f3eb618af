/** Origins whose pages may show the inbox: added one by one, removed with a way back. */

import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Globe } from 'lucide-react';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { Empty } from '../../components/State';
import { toast } from '../../components/toast';
import { originOf } from './origin';
import { workspaceQuery } from './queries';
import classes from './Rows.module.css';
import { SettingsFrame } from './SettingsFrame';
import { useChange } from './use-change';

export function OriginsPage() {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const mayRead = useMay('settings:read');
  const mayWrite = useMay('settings:write');
  const query = useQuery({ ...workspaceQuery(id), enabled: mayRead });
  return (
    <SettingsFrame part="origins">
      <Section flush title={t('origins.list')} lead={t('origins.list_lead')}>
        <Loaded query={query} compact>
          {({ origins }) => (
            <>
              {mayWrite && <Add origins={origins} />}
              {origins.length === 0 ? (
                <div className={classes.empty}>
                  <Empty compact icon={Globe} title={t('origins.none')}>
                    {t('origins.none_why')}
                  </Empty>
                </div>
              ) : (
                <List origins={origins} may={mayWrite} />
              )}
            </>
          )}
        </Loaded>
      </Section>
    </SettingsFrame>
  );
}

function List({ origins, may }: { origins: readonly string[]; may: boolean }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const change = useChange();
  const remove = useMutation({
    mutationFn: (origin: string) => change({ origins: origins.filter((one) => one !== origin) }),
    onSuccess: (_, origin) =>
      toast(t('origins.removed', { origin }), { undo: () => change({ origins: [...origins] }) }),
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
  });
  return (
    <ul className={classes.list}>
      {origins.map((origin) => (
        <li key={origin} className={classes.row}>
          <Globe size={18} aria-hidden />
          <Text className={classes.text ?? ''}>{origin}</Text>
          {may && (
            <Button
              size="compact-md"
              variant="subtle"
              color="gray"
              aria-label={t('origins.remove_one', { origin })}
              onClick={() => remove.mutate(origin)}
            >
              {t('origins.remove')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Add({ origins }: { origins: readonly string[] }) {
  const { t } = useTranslation();
  const change = useChange();
  const form = useSendForm({
    initialValues: { origin: '' },
    validate: {
      origin: (value) => {
        const origin = originOf(value);
        if (!origin) return t('origins.invalid');
        return origins.includes(origin) ? t('origins.twice') : null;
      },
    },
    // The new one is the last of the list.
    pointers: { [`/origins/${origins.length}`]: 'origin', '/origins': 'origin' },
    send: ({ origin }) => change({ origins: [...origins, originOf(origin) ?? origin] }),
    done: () => {
      form.fields.reset();
      toast(t('origins.added'));
    },
  });
  return (
    <div className={classes.form}>
      <Form form={form} label={t('origins.add')}>
        <Group align="flex-start" gap="sm">
          <TextInput
            aria-label={t('origins.origin')}
            placeholder="https://shop.example"
            inputMode="url"
            autoComplete="off"
            flex="1 1 14rem"
            {...form.fields.getInputProps('origin')}
          />
          <SubmitButton form={form}>{t('origins.add')}</SubmitButton>
        </Group>
      </Form>
    </div>
  );
}
