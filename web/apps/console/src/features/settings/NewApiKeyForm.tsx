/** Making an API key: what it is for, what it may do, where, and for how long. Nothing that the operator may not do. */

import { type ApiKey, ask, type Permission } from '@belfry/api/console';
import { Button, Checkbox, Group, Select, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { api } from '../../app/api';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Section } from '../../components/Page';
import { lifetimes, scopeKey, scopes } from './permissions';

export function NewApiKeyForm({
  done,
  close,
}: {
  done: (key: ApiKey & { secret: string }) => void;
  close: () => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { id, name, permissions, organization } = useWorkspace();
  const everywhere = ['owner', 'admin'].includes(organization.role ?? '');
  const form = useSendForm({
    initialValues: { name: '', scopes: [] as string[], place: id, days: '182' as string },
    validate: {
      name: (value) => (value.trim() ? null : t('fault.required')),
      scopes: (value) => (value.length > 0 ? null : t('api_keys.scope_needed')),
    },
    pointers: { '/workspace': 'place', '/expires_in_days': 'days' },
    send: (values) =>
      ask(
        api.POST('/v1/organizations/{org}/api-keys', {
          params: { path: { org: organization.id } },
          body: {
            name: values.name,
            scopes: values.scopes as Permission[],
            expires_in_days: Number(values.days),
            ...(values.place && { workspace: values.place }),
          },
        }),
      ),
    done: (key) => {
      void client.invalidateQueries({ queryKey: ['o', organization.id, 'api-keys'] });
      done(key);
    },
  });
  const input = form.fields.getInputProps;
  const places = [
    { value: id, label: t('api_keys.only_here', { workspace: name }) },
    ...(everywhere ? [{ value: '', label: t('api_keys.all_of', { organization: organization.name }) }] : []),
  ];
  return (
    <Section title={t('api_keys.new')}>
      <Form form={form} label={t('api_keys.new')}>
        <Stack gap="md">
          <TextInput
            label={t('api_keys.name')}
            description={t('api_keys.name_hint')}
            maxLength={200}
            autoFocus
            autoComplete="off"
            {...input('name')}
          />
          <Checkbox.Group
            label={t('api_keys.scopes')}
            description={t('api_keys.scopes_hint')}
            {...input('scopes')}
          >
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" verticalSpacing="xs" mt={4}>
              {scopes
                .filter((scope) => permissions.includes(scope))
                .map((scope) => (
                  <Checkbox
                    key={scope}
                    value={scope}
                    label={t(`scope.${scopeKey(scope)}`)}
                    description={scope}
                  />
                ))}
            </SimpleGrid>
          </Checkbox.Group>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <Select label={t('api_keys.place')} data={places} allowDeselect={false} {...input('place')} />
            <Select
              label={t('api_keys.lifetime')}
              data={lifetimes.map((days) => ({ value: days, label: t(`api_keys.days_${days}`) }))}
              allowDeselect={false}
              {...input('days')}
            />
          </SimpleGrid>
          <Group>
            <SubmitButton form={form}>{t('api_keys.make')}</SubmitButton>
            <Button variant="default" onClick={close}>
              {t('settings.close')}
            </Button>
          </Group>
        </Stack>
      </Form>
    </Section>
  );
}
