/** How many notifications operators may send: what is left for everyone to see, the limit for owners and admins. */

import type { Quota } from '@belfry/api/console';
import { Group, NumberInput, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Form, SubmitButton, useSendForm } from '../../components/form';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { toast } from '../../components/toast';
import { quotaQuery } from './queries';
import { useChange } from './use-change';

const MAX = 1_000_000;

export function QuotaForm() {
  const { t } = useTranslation();
  const { id, organization } = useWorkspace();
  const query = useQuery(quotaQuery(id));
  // A manager of the workspace must not raise what the organization allows it.
  const may = useMay('settings:write') && ['owner', 'admin'].includes(organization.role ?? '');
  return (
    <Section title={t('quota.title')} lead={t('quota.lead')}>
      <Loaded query={query} compact>
        {(quota) => (
          <Stack gap="md">
            <Used quota={quota} />
            {may ? <Limit quota={quota} /> : <Text size="sm">{t('quota.by_whom')}</Text>}
          </Stack>
        )}
      </Loaded>
    </Section>
  );
}

function Used({ quota }: { quota: Quota }) {
  const { t } = useTranslation();
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <Text fw={550}>{t('quota.left', { count: quota.left })}</Text>
        <Text size="sm" c="dimmed">
          {t('quota.used', { used: quota.used, limit: quota.limit })}
        </Text>
      </Group>
      <Progress
        value={quota.limit > 0 ? (quota.used / quota.limit) * 100 : 100}
        size={6}
        color={quota.left * 10 <= quota.limit ? 'yellow' : 'indigo'}
        aria-label={t('quota.share')}
      />
    </div>
  );
}

function Limit({ quota }: { quota: Quota }) {
  const { t } = useTranslation();
  const change = useChange();
  const form = useSendForm({
    initialValues: { quota: quota.limit as number | string },
    validate: {
      quota: (value) =>
        value !== '' && Number(value) >= 0 && Number(value) <= MAX ? null : t('quota.range', { max: MAX }),
    },
    send: (values) => change({ quota: Number(values.quota) }),
    done: (_, values) => {
      form.fields.resetDirty(values);
      toast(t('settings.saved'));
    },
  });
  return (
    <Form form={form}>
      <Group align="flex-end" gap="sm">
        <NumberInput
          label={t('quota.limit')}
          min={0}
          max={MAX}
          allowDecimal={false}
          clampBehavior="none"
          w={160}
          {...form.fields.getInputProps('quota')}
        />
        <SubmitButton form={form} variant={form.fields.isDirty() ? 'filled' : 'default'}>
          {t('form.save')}
        </SubmitButton>
      </Group>
    </Form>
  );
}
