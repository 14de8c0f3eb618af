/** Registering a signing key: a shared secret that is made here, or the public half of a pair. */

import { ask, type SigningKey } from '@belfry/api/console';
import { Button, Group, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Section } from '../../components/Page';
import { signingKeysQuery } from './queries';

const algorithms = ['HS256', 'ES256', 'EdDSA'] as const;
type Algorithm = (typeof algorithms)[number];

export function NewSigningKeyForm({
  done,
  close,
}: {
  done: (key: SigningKey & { secret?: string | null }) => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const form = useSendForm({
    initialValues: { name: '', algorithm: 'HS256' as string, public_key: '' },
    validate: {
      name: (value) => (value.trim() ? null : t('fault.required')),
      public_key: (value, all) =>
        all.algorithm === 'HS256' || value.includes('BEGIN PUBLIC KEY') ? null : t('signing.pem_needed'),
    },
    send: ({ name, algorithm, public_key }) =>
      ask(
        api.POST('/v1/workspaces/{ws}/signing-keys', {
          params: { path: { ws } },
          body: {
            name,
            algorithm: algorithm as Algorithm,
            ...(algorithm !== 'HS256' && { public_key }),
          },
        }),
      ),
    done: (key) => {
      void client.invalidateQueries(signingKeysQuery(ws));
      done(key);
    },
  });
  const input = form.fields.getInputProps;
  return (
    <Section title={t('signing.new')}>
      <Form form={form} label={t('signing.new')}>
        <Stack gap="md">
          <TextInput
            label={t('signing.name')}
            description={t('signing.name_hint')}
            maxLength={200}
            autoComplete="off"
            autoFocus
            {...input('name')}
          />
          <Radio.Group label={t('signing.algorithm')} {...input('algorithm')}>
            <Stack gap="xs" mt={4}>
              {algorithms.map((one) => (
                <Radio
                  key={one}
                  value={one}
                  label={one}
                  description={t(`signing.algorithm_${one.toLowerCase()}`)}
                />
              ))}
            </Stack>
          </Radio.Group>
          {form.fields.values.algorithm !== 'HS256' && (
            <Textarea
              label={t('signing.public_key')}
              description={t('signing.public_key_hint')}
              placeholder={'-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----'}
              rows={5}
              spellCheck={false}
              {...input('public_key')}
            />
          )}
          <Group>
            <SubmitButton form={form}>{t('signing.add')}</SubmitButton>
            <Button variant="default" onClick={close}>
              {t('settings.close')}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Section>
  );
}
