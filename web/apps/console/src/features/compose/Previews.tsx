/**
 * How it will look: lock screen, desktop push, inbox, opened page. All of it is what the server rendered from what is
 * written at this moment; nothing is rendered here a second time.
 */

import type { Preview } from '@belfry/api/console';
import { Tabs } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useFormat } from '../../app/format';
import { region } from '../../app/language';
import { useWorkspace } from '../../app/session';
import { useTranslation } from '../../app/translation';
import { Face } from '../../components/Face';
import { Lines } from '../../components/Later';
import { Failure } from '../../components/State';
import classes from './Previews.module.css';
import { previewQuery } from './queries';
import type { Writing } from './writing';

const PAUSE_MS = 350;
type Kind = 'lock' | 'desktop' | 'inbox' | 'opened';
const KINDS: readonly Kind[] = ['lock', 'desktop', 'inbox', 'opened'];

export function Previews({ writing }: { writing: Writing }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>('lock');
  const [settled] = useDebouncedValue(writing, PAUSE_MS);
  const query = useQuery(previewQuery(useWorkspace().id, settled));
  return (
    <Tabs
      value={kind}
      onChange={(value) => setKind((value ?? 'lock') as Kind)}
      keepMounted={false}
      className={classes.previews ?? ''}
    >
      <Tabs.List aria-label={t('compose.previews')} grow>
        {KINDS.map((one) => (
          <Tabs.Tab key={one} value={one} px={6} py={9}>
            {t(`compose.preview_${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {KINDS.map((one) => (
        <Tabs.Panel key={one} value={one} pt="md">
          {query.data ? (
            <div aria-busy={query.isPlaceholderData}>
              <Shown kind={one} preview={query.data} />
            </div>
          ) : query.isError ? (
            <Failure error={query.error} retry={() => void query.refetch()} compact />
          ) : (
            <Lines rows={1} height={260} />
          )}
          <p className={classes.note}>{t(`compose.preview_${one}_note`)}</p>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Shown({ kind, preview }: { kind: Kind; preview: Preview }) {
  switch (kind) {
    case 'lock':
      return <LockScreen preview={preview} />;
    case 'desktop':
      return <Desktop preview={preview} />;
    case 'inbox':
      return <InboxItem preview={preview} />;
    case 'opened':
      return <Opened preview={preview} />;
  }
}

/** Pictures of this server come from wherever the console came from, which its policy asks for. */
function picture(url: string): string {
  try {
    const { pathname } = new URL(url, location.origin);
    return /^\/(?:photos|icons|assets)\//.test(pathname) ? pathname : url;
  } catch {
    return url;
  }
}

/** What a push shows: the lock screen and the review have it. */
export function PushCard({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const { title, body, icon } = preview.push;
  return (
    <div className={classes.push}>
      <Face name={title} photo={picture(icon)} size={38} square />
      <div className={classes.words}>
        <div className={classes.line}>
          <strong dir="auto">{title}</strong>
          <span>{t('compose.now')}</span>
        </div>
        <p dir="auto">{body || t('compose.preview_blank')}</p>
      </div>
    </div>
  );
}

/** The clock of the lock screen goes with the reader's. */
function useMinute(): Date {
  const [now, set] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => set(new Date()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function LockScreen({ preview }: { preview: Preview }) {
  const now = useMinute();
  const format = useFormat();
  return (
    <div className={classes.phone}>
      <p className={classes.day}>
        {now.toLocaleDateString(region(), { weekday: 'long', day: 'numeric', month: 'long' })}
      </p>
      <p className={classes.clock}>{format.time(now.toISOString())}</p>
      <PushCard preview={preview} />
    </div>
  );
}

function Desktop({ preview }: { preview: Preview }) {
  const { title, body, icon, image } = preview.push;
  const { t } = useTranslation();
  return (
    <div className={classes.desk}>
      <div className={classes.toast}>
        {image && <img className={classes.image} src={picture(image)} alt="" />}
        <div className={classes.toastBody}>
          <div className={classes.words}>
            <strong dir="auto">{title}</strong>
            <p dir="auto">{body || t('compose.preview_blank')}</p>
            <span className={classes.site}>{location.host}</span>
          </div>
          <Face name={title} photo={picture(icon)} size={52} square />
        </div>
      </div>
    </div>
  );
}

function InboxItem({ preview }: { preview: Preview }) {
  const { item } = preview;
  const { t } = useTranslation();
  return (
    <div className={classes.inbox}>
      <div className={classes.inboxHead}>
        <strong>{t('compose.preview_inbox')}</strong>
        <span className={classes.badge}>1</span>
      </div>
      <div className={classes.item}>
        <span className={classes.dot} />
        <Face name={item.sender} photo={item.photo ? picture(item.photo) : null} size={36} />
        <div className={classes.words}>
          <div className={classes.line}>
            <strong dir="auto">{item.title}</strong>
            <span>{t('compose.now')}</span>
          </div>
          <p dir="auto">{item.message || t('compose.preview_blank')}</p>
          {item.sender !== item.title && <span className={classes.site}>{item.sender}</span>}
        </div>
      </div>
      <div className={classes.older} aria-hidden>
        <i />
        <span>
          <i />
          <i />
        </span>
      </div>
    </div>
  );
}

/** A page of its own in a sandbox: whatever a message holds, it is nobody's session. */
function Opened({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  return (
    <iframe
      className={classes.opened}
      src={preview.document_url}
      title={t('compose.preview_opened')}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
    />
  );
}
