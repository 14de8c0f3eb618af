/** Somebody's devices: whether push reaches them, a test for each, and taking one away. */

import { ask, type UserDevice, type UserWithDevices } from '@belfry/api/console';
import { ActionIcon, Menu, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleCheck, CircleSlash, Clock3, Ellipsis, Laptop, Smartphone, Trash2 } from 'lucide-react';
import { api } from '../../app/api';
import { useFormat } from '../../app/format';
import { peopleKey } from '../../app/people';
import { useMay, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { useDeviceWords } from '../../components/device-words';
import { Busy } from '../../components/form';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { Status } from '../../components/Status';
import { toast } from '../../components/toast';
import { healthOf } from './health';
import classes from './PersonPage.module.css';

export function Devices({ person }: { person: UserWithDevices }) {
  const { t } = useTranslation();
  const { devices } = person;
  return (
    <Section flush title={t('device.title')}>
      {devices.length === 0 ? (
        <p className={classes.quiet}>{t('device.none', { name: person.name })}</p>
      ) : (
        <ul className={classes.list}>
          {devices.map((one) => (
            <DeviceRow key={one.id} device={one} person={person} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function DeviceRow({ device, person }: { device: UserDevice; person: UserWithDevices }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayTest = useMay('notifications:write');
  const mayRemove = useMay('users:write');
  const what = useDeviceWords().what(device);
  const { test, testing, remove } = useDevice(device, person, what);
  const health = healthOf(device);
  const Icon = /android|ios|iphone|ipad/i.test(device.platform) ? Smartphone : Laptop;
  return (
    <li className={classes.row}>
      <Icon size={20} aria-hidden />
      <div className={classes.text}>
        <Text fw={550}>{what}</Text>
        <Text size="xs" c="dimmed">
          {health === 'gone' && device.gone_at
            ? t('device.gone_since', { time: format.relative(device.gone_at) })
            : t('device.seen', { time: format.relative(device.seen_at) })}
        </Text>
      </div>
      {health === 'good' && <Status tone="success" icon={CircleCheck} label={t('device.good')} />}
      {health === 'quiet' && <Status tone="warning" icon={Clock3} label={t('device.quiet')} />}
      {health === 'gone' && <Status tone="neutral" icon={CircleSlash} label={t('device.gone')} />}
      {health !== 'gone' && (
        <div className={classes.buttons}>
          {mayTest && person.status === 'active' && (
            <Busy
              busy={testing}
              size="compact-md"
              variant="default"
              aria-label={t('device.test_one', { what })}
              onClick={test}
            >
              {t('device.test')}
            </Busy>
          )}
          {mayRemove && (
            <Menu>
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('device.more', { what })}>
                  <Ellipsis size={16} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<Trash2 size={16} aria-hidden />} onClick={remove}>
                  {t('device.remove')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      )}
    </li>
  );
}

function useDevice(device: UserDevice, person: UserWithDevices, what: string) {
  const { t } = useTranslation();
  const say = useProblemText();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const path = { ws: workspace.id, external_id: person.external_id, id: device.id };
  const onError = (error: unknown) => {
    toast(say(error).text, { tone: 'problem' });
  };
  const onSettled = () => client.invalidateQueries({ queryKey: peopleKey(workspace.id) });
  const testing = useMutation({
    mutationFn: () =>
      ask(api.POST('/v1/workspaces/{ws}/users/{external_id}/devices/{id}/test', { params: { path } })),
    onSuccess: () => {
      toast(t('device.tested', { what }));
    },
    onError,
    onSettled,
  });
  const removing = useMutation({
    mutationFn: () =>
      ask(api.DELETE('/v1/workspaces/{ws}/users/{external_id}/devices/{id}', { params: { path } })),
    onSuccess: () => {
      toast(t('device.removed', { what }));
    },
    onError,
    onSettled,
  });
  return {
    test: () => testing.mutate(),
    testing: testing.isPending,
    remove: () => {
      if (!removing.isPending) removing.mutate();
    },
  };
}
