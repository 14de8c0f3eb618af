/** What is around every page of somebody who is signed in: navigation, banners, palette, shortcuts, dialogs. */

import { useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { type CurrentWorkspace, rememberWorkspace } from '../app/session';
import { useShortcut } from '../app/shortcuts';
import { useTranslation } from '../app/translation';
import { Banners } from './Banners';
import { BottomBar } from './BottomBar';
import { COMPOSE, rooms } from './navigation';
import classes from './Shell.module.css';
import { Sidebar } from './Sidebar';
import { TopBar } from './TopBar';

const Palette = lazy(() => import('./Palette'));
const ShortcutList = lazy(() => import('./ShortcutList'));

export function Shell({
  workspace,
  children,
}: {
  workspace: CurrentWorkspace | undefined;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  useFocusOnPage();
  usePaletteKeys(() => setPalette(true));
  useShortcut('?', t('shortcut.list'), () => setKeys(true), 'everywhere');
  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.slug);
  }, [workspace]);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t('frame.skip')}
      </a>
      <Sidebar workspace={workspace} openPalette={() => setPalette(true)} openKeys={() => setKeys(true)} />
      <TopBar workspace={workspace} openPalette={() => setPalette(true)} />
      <main id="content" tabIndex={-1} className={classes.main}>
        <Banners />
        {children}
      </main>
      {workspace && <BottomBar workspace={workspace} />}
      {workspace && <RoomKeys workspace={workspace} />}
      <Suspense>
        {palette && <Palette workspace={workspace} close={() => setPalette(false)} />}
        {keys && <ShortcutList close={() => setKeys(false)} />}
      </Suspense>
    </div>
  );
}

/** Ctrl+K (or Cmd+K) works everywhere, also while typing; `/` where nobody types. */
function usePaletteKeys(open: () => void): void {
  const { t } = useTranslation();
  useShortcut('/', t('shortcut.palette'), open, 'everywhere');
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** `g` and a letter for every room that may be seen, `c` to compose. */
function RoomKeys({ workspace }: { workspace: CurrentWorkspace }) {
  return (
    <>
      {rooms
        .filter((room) => workspace.permissions.includes(room.needs))
        .map((room) => (
          <RoomKey
            key={room.id}
            keys={room.keys}
            label={`room.${room.id}`}
            to={room.to}
            ws={workspace.slug}
          />
        ))}
      {workspace.permissions.includes('notifications:write') && (
        <RoomKey keys="c" label="room.compose" to={COMPOSE} ws={workspace.slug} />
      )}
    </>
  );
}

function RoomKey({ keys, label, to, ws }: { keys: string; label: string; to: string; ws: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useShortcut(keys, t(label), () => void navigate({ to, params: { ws } }), 'everywhere');
  return null;
}

/** A change of page moves the focus to its heading, which also says to screen readers where they are. */
function useFocusOnPage(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (!fromLocation || !pathChanged) return;
        // A new draft gets its address while somebody types in it: they go on typing.
        if (document.activeElement?.closest('[data-keeps-focus]')) return;
        const target = document.getElementById('page-title') ?? document.getElementById('content');
        target?.focus({ preventScroll: true });
      }),
    [router],
  );
}
