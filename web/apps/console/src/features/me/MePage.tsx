/** Connecting a device of one's own: become a member, open one's inbox, turn push on there. Ticks itself. */

import { ask, type Myself } from '@belfry/api/console';
import { Button, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, ExternalLink, PenLine, Smartphone } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api } from '../../app/api';
import { useMay, useSession, useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Busy } from '../../components/form';
import { Loaded } from '../../components/Loaded';
import { LinkButton } from '../../components/links';
import { useFinger } from '../../components/narrow';
import { Page, Section } from '../../components/Page';
import { useProblemText } from '../../components/problem-text';
import { toast } from '../../components/toast';
import classes from './MePage.module.css';
import { myselfQuery } from './queries';

export function MePage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const query = useQuery(myselfQuery(workspace.id));
  return (
    <Page
      width="narrow"
      title={t('me.title')}
      lead={t('me.lead', { workspace: workspace.name })}
      back={{ to: `/w/${workspace.slug}`, label: t('home.title') }}
    >
      <Loaded query={query}>{(myself) => <Steps myself={myself} />}</Loaded>
    </Page>
  );
}

function Steps({ myself }: { myself: Myself }) {
  const { t } = useTranslation();
  const { slug } = useWorkspace();
  const { operator } = useSession();
  const mayWrite = useMay('notifications:write');
  const join = useJoin();
  const finger = useFinger();
  const joined = myself.user !== null;
  const connected = myself.devices > 0;
  return (
    <Section flush title={t('me.steps')}>
      <ol className={classes.steps}>
        <Step
          done={joined}
          name={t('me.join')}
          action={
            !joined && (
              <Busy busy={join.isPending} size="compact-md" onClick={() => join.mutate()}>
                {t('me.join_action')}
              </Busy>
            )
          }
        >
          {joined
            ? t('me.joined', { name: myself.user?.name ?? '', email: operator.email })
            : t('me.join_why', { email: operator.email })}
        </Step>
        <Step done={connected} name={t('me.open')} action={joined && <OpenInbox again={connected} />}>
          {connected ? t('me.devices', { count: myself.devices }) : t('me.open_why')}
          {joined && !connected && (
            <Text size="xs" c="dimmed" mt={4} role="status">
              {t('me.waiting')}
            </Text>
          )}
        </Step>
        <Step
          done={false}
          name={t('me.test')}
          action={
            connected &&
            mayWrite && (
              <LinkButton
                to={'/w/$ws/compose' as string}
                params={{ ws: slug } as never}
                size="compact-md"
                leftSection={<PenLine size={15} aria-hidden />}
              >
                {t('me.test_action')}
              </LinkButton>
            )
          }
        >
          {t('me.test_why')}
        </Step>
      </ol>
      <p className={classes.phone}>
        <Smartphone size={16} aria-hidden />
        <span>{finger ? t('me.iphone') : `${t('me.phone')} ${t('me.iphone')}`}</span>
      </p>
    </Section>
  );
}

function Step({
  done,
  name,
  action,
  children,
}: {
  done: boolean;
  name: string;
  action: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <li className={classes.step} data-done={done || undefined}>
      <span className={classes.tick}>{done && <Check size={15} strokeWidth={2.5} aria-hidden />}</span>
      <div className={classes.text}>
        <p className={classes.name}>
          {name}
          {done && <span className="sr"> {t('checklist.done')}</span>}
        </p>
        <div className={classes.why}>{children}</div>
      </div>
      {action}
    </li>
  );
}

function useJoin() {
  const { t } = useTranslation();
  const say = useProblemText();
  const client = useQueryClient();
  const { id: ws } = useWorkspace();
  return useMutation({
    mutationFn: () => ask(api.POST('/v1/workspaces/{ws}/myself', { params: { path: { ws } } })),
    onSuccess: (myself) => {
      client.setQueryData(myselfQuery(ws).queryKey, myself);
      void client.invalidateQueries({ queryKey: ['w', ws, 'overview'] });
      toast(t('me.is_member'));
    },
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
  });
}

/** Opens the inbox in a tab of its own. The link signs in as oneself, so that it is made only when it is asked for. */
function OpenInbox({ again }: { again: boolean }) {
  const { t } = useTranslation();
  const say = useProblemText();
  const { id: ws } = useWorkspace();
  const [link, setLink] = useState<string | null>(null);
  const open = useMutation({
    // A tab that is opened after an answer is a pop-up that browsers block: it is opened first and led there then.
    mutationFn: async (tab: Window | null) => {
      try {
        const made = await ask(api.POST('/v1/workspaces/{ws}/myself/token', { params: { path: { ws } } }));
        if (tab) tab.location.replace(made.link);
        return { blocked: tab === null, link: made.link };
      } catch (error) {
        tab?.close();
        throw error;
      }
    },
    onSuccess: ({ blocked, link: made }) => {
      if (blocked) setLink(made);
    },
    onError: (error) => toast(say(error).text, { tone: 'problem' }),
  });
  if (link)
    return (
      <Button
        component="a"
        href={link}
        target="_blank"
        rel="noopener noreferrer"
        size="compact-md"
        leftSection={<ExternalLink size={15} aria-hidden />}
      >
        {t('me.open_blocked')}
      </Button>
    );
  return (
    <Busy
      busy={open.isPending}
      size="compact-md"
      variant={again ? 'default' : 'filled'}
      leftSection={<ExternalLink size={15} aria-hidden />}
      onClick={() => {
        const tab = window.open('', '_blank');
        if (tab) tab.opener = null;
        open.mutate(tab);
      }}
    >
      {t(again ? 'me.open_again' : 'me.open_action')}
    </Busy>
  );
}
