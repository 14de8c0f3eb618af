/** How others see the operator. */

import { ask } from '@belfry/api/console';
import { Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { sessionQuery } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Section } from '../../components/Page';
import { toast } from '../../components/toast';

export function NameForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useSendForm({
    initialValues: { name },
    validate: { name: (value) => (value.trim() ? null : t('fault.required')) },
    send: (body) => ask(api.PATCH('/v1/operator', { body })),
    done: async (_, values) => {
      form.fields.resetDirty(values);
      toast(t('profile.name_saved'));
      await client.invalidateQueries(sessionQuery);
    },
  });
  return (
    <Section title={t('profile.name_title')} lead={t('profile.name_lead')}>
      <Form form={form}>
        <Stack gap="md">
          <TextInput
            label={t('field.your_name')}
            autoComplete="name"
            {...form.fields.getInputProps('name')}
          />
          <Group>
            <SubmitButton form={form} variant={form.fields.isDirty() ? 'filled' : 'default'}>
              {t('form.save')}
            </SubmitButton>
          </Group>
        </Stack>
      </Form>
    </Section>
  );
}
