/** What is loaded with the first visit to a room: the rooms themselves, their texts and styles. */

import en from 'virtual:locale/en/settings,device,help,keys';
import '../styles/forms.css';
import '../styles/rooms.css';
import type { Context } from '../context';
import { loadLanguage, withTexts } from '../language';
import type { Push } from '../push';
import type { PushDesk } from '../push-desk';
import type { RoomActions, RoomView } from '../rooms';
import { helpPage } from './help-page';
import { showKeys } from './keys-sheet';
import { settingsPage } from './settings-page';
import { testThisBrowser } from './test-push';

const texts = { en, others: { de: () => import('virtual:locale/de/settings,device,help,keys') } };

/** The context of the page with the rooms' texts, and what can be asked of the page. */
export interface RoomContext extends Context, Omit<RoomActions, 'desk'> {
  desk: PushDesk;
  push: Push;
}

export interface Furnished {
  settings(): RoomView;
  help(): RoomView;
  keys(): void;
  test(): void;
}

export async function furnish(context: Context, actions: RoomActions): Promise<Furnished> {
  const [{ t }, desk] = await Promise.all([loadLanguage(texts, context.me.user.locale), actions.desk()]);
  const { push } = desk;
  const room: RoomContext = { ...context, ...actions, desk, push, t: withTexts(t, desk.t) };
  return {
    settings: () => settingsPage(room),
    help: () => helpPage(room),
    keys: () => showKeys(room.t),
    test: () => void testThisBrowser(room),
  };
}
