/** The texts that every page of the portal needs. Rooms that are loaded later bring their own. */

import en from 'virtual:locale/en/portal,inbox,item,toast';
import type { Room } from './language';

export const pageTexts: Room = {
  en,
  others: { de: () => import('virtual:locale/de/portal,inbox,item,toast') },
};
