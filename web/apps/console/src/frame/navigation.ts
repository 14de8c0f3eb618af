/** The rooms of a workspace: what the sidebar, the phone's bar and the palette lead to. */

import type { Permission } from '@belfry/api/console';
import { Bell, FolderOpen, House, type LucideIcon, Settings, Users } from 'lucide-react';

export interface Room {
  id: 'home' | 'people' | 'groups' | 'notifications' | 'settings';
  /** A route; a plain string, because rooms are built apart from the frame. */
  to: string;
  icon: LucideIcon;
  /** What it takes to see it. */
  needs: Permission;
  /** Keys of its shortcut. */
  keys: string;
}

export const rooms: readonly Room[] = [
  { id: 'home', to: '/w/$ws', icon: House, needs: 'notifications:read', keys: 'g h' },
  { id: 'notifications', to: '/w/$ws/notifications', icon: Bell, needs: 'notifications:read', keys: 'g n' },
  { id: 'people', to: '/w/$ws/people', icon: Users, needs: 'users:read', keys: 'g p' },
  { id: 'groups', to: '/w/$ws/groups', icon: FolderOpen, needs: 'users:read', keys: 'g g' },
  { id: 'settings', to: '/w/$ws/settings', icon: Settings, needs: 'settings:read', keys: 'g s' },
];

/** Where a notification is written; whoever may write finds it. */
export const COMPOSE: string = '/w/$ws/compose';
