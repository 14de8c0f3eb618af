/** Who works in this workspace, and as what. */

import { ask, type StaffMember, type WorkspaceRole } from '@belfry/api/console';
import { Badge, Button, Select, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Clock3, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../app/api';
import { useFormat } from '../../app/format';
import { useMay, useSession, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Face } from '../../components/Face';
import { Loaded } from '../../components/Loaded';
import { Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { Status } from '../../components/Status';
import { toast } from '../../components/toast';
import { ConfirmButton } from './ConfirmButton';
import { Invite, roles } from './Invite';
import { staffQuery } from './queries';
import classes from './Rows.module.css';
import { Secret } from './Secret';
import { SettingsFrame } from './SettingsFrame';

export function StaffPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const workspace = useWorkspace();
  const may = useMay('operators:write');
  const query = useQuery({ ...staffQuery(workspace.id), enabled: may });
  const [inviting, invite] = useState(false);
  const [link, setLink] = useState<{ name: string; link: string } | null>(null);
  return (
    <SettingsFrame
      part="staff"
      actions={
        !inviting && (
          <Button
            leftSection={<UserPlus size={16} aria-hidden />}
            onClick={() => {
              setLink(null);
              invite(true);
            }}
          >
            {t('staff.invite')}
          </Button>
        )
      }
    >
      {link && (
        <Secret title={t('staff.link', { name: link.name })} value={link.link}>
          {t('staff.link_once')}
        </Secret>
      )}
      {inviting && (
        <Invite
          close={() => invite(false)}
          done={({ operator, link: made }) => {
            invite(false);
            if (made) setLink({ name: operator.name, link: made });
            else toast(t('staff.added', { name: operator.name }));
          }}
        />
      )}
      <Section flush title={t('staff.list', { workspace: workspace.name })}>
        <Loaded query={query} compact>
          {({ items }) => (
            <ul className={classes.list}>
              {items.map((one) => (
                <Row key={one.id} one={one} linked={setLink} />
              ))}
            </ul>
          )}
        </Loaded>
      </Section>
      <Section title={t('staff.roles')}>
        <dl className={classes.plain}>
          {(['owner', ...roles] as const).map((role) => (
            <div key={role}>
              <Text component="dt" fw={550} size="sm">
                {role === 'owner' ? format.list([t('role.owner'), t('role.admin')]) : t(`role.${role}`)}
              </Text>
              <Text component="dd" c="dimmed" size="sm" m={0} mb="xs">
                {t(`role_why.${role}`)}
              </Text>
            </div>
          ))}
        </dl>
      </Section>
    </SettingsFrame>
  );
}

function Row({ one, linked }: { one: StaffMember; linked: (link: { name: string; link: string }) => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const mine = one.id === session.operator.id;
  const everywhere = one.scope === 'organization';
  const { change, remove } = useStaff(linked);
  return (
    <li className={classes.row}>
      <Face name={one.name || one.email} size={36} />
      <div className={classes.text}>
        <div className={classes.head}>
          <Text fw={550} dir="auto">
            {one.name}
          </Text>
          {mine && (
            <Badge size="sm" variant="light" tt="none">
              {t('staff.you')}
            </Badge>
          )}
          {one.pending && <Status tone="warning" icon={Clock3} label={t('staff.pending')} />}
        </div>
        <Text size="xs" c="dimmed">
          {one.email}
        </Text>
        {everywhere && (
          <Text size="xs" c="dimmed">
            {t('staff.everywhere')}
          </Text>
        )}
      </div>
      {everywhere || mine ? (
        <Text size="sm" fw={550}>
          {t(`role.${one.role}`)}
        </Text>
      ) : (
        <>
          {one.pending && (
            <Button
              size="compact-md"
              variant="subtle"
              aria-label={`${t('staff.new_link')}: ${one.name}`}
              onClick={() => change.mutate({ one, role: one.role as WorkspaceRole })}
            >
              {t('staff.new_link')}
            </Button>
          )}
          <Select
            aria-label={t('staff.role_of', { name: one.name })}
            data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            value={change.isPending ? change.variables.role : one.role}
            allowDeselect={false}
            w={130}
            onChange={(role) => {
              if (role && role !== one.role) change.mutate({ one, role: role as WorkspaceRole });
            }}
          />
          <ConfirmButton
            label={t('staff.remove')}
            about={one.name}
            title={t('staff.remove_title', { name: one.name })}
            text={t('staff.remove_text')}
            busy={remove.isPending}
            run={() => remove.mutateAsync(one)}
          />
        </>
      )}
    </li>
  );
}

/** Giving another role (whoever has no password gets a new link with it) and taking the role. */
function useStaff(linked: (link: { name: string; link: string }) => void) {
  const { t } = useTranslation();
  const say = useProblemText();
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  const after = () => client.invalidateQueries({ queryKey: ['w', ws, 'operators'] });
  const onError = (error: unknown) => toast(say(error).text, { tone: 'problem' });
  const change = useMutation({
    mutationFn: ({ one, role }: { one: StaffMember; role: WorkspaceRole }) =>
      ask(
        api.PUT('/v1/workspaces/{ws}/operators', {
          params: { path: { ws } },
          body: { email: one.email, name: one.name, role },
        }),
      ),
    onSuccess: ({ operator, link }, { one, role }) => {
      if (link) linked({ name: operator.name, link });
      if (role === one.role) return;
      const back = one.role as WorkspaceRole;
      toast(t('staff.changed', { name: one.name, role: t(`role.${role}`) }), {
        undo: () => change.mutate({ one: { ...one, role }, role: back }),
      });
    },
    onError,
    onSettled: after,
  });
  const remove = useMutation({
    mutationFn: (one: StaffMember) =>
      ask(
        api.DELETE('/v1/workspaces/{ws}/operators/{operator}', {
          params: { path: { ws, operator: one.id } },
        }),
      ),
    onSuccess: (_, one) => toast(t('staff.removed', { name: one.name })),
    onError,
    onSettled: after,
  });
  return { change, remove };
}
