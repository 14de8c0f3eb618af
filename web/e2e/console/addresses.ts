/** The pages of a workspace by name, with where they are below it. */

import type { World } from './world.ts';

export const inside: Record<string, (world: World) => string> = {
  Home: () => '',
  People: () => '/people',
  'People that nobody fits': () => '/people?q=nobody-of-this-name',
  'Adding a person': () => '/people?add=true',
  Person: () => '/people/person-00001',
  'Person with a long name': () => '/people/long',
  'Editing a person': () => '/people/rtl?edit=true',
  Groups: () => '/groups',
  Group: () => '/groups/speakers',
  'Import, the beginning': () => '/people/import',
  'Import, checked': (it) => `/people/import/${it.checked}`,
  'Import, done': (it) => `/people/import/${it.imported}`,
  Compose: () => '/compose',
  'A draft': (it) => `/compose/${it.draft}`,
  Notifications: () => '/notifications',
  'Notification, sent': (it) => `/notifications/${it.sent}`,
  'Notification, scheduled': (it) => `/notifications/${it.scheduled}`,
  Settings: () => '/settings',
  Staff: () => '/settings/staff',
  'API keys': () => '/settings/api-keys',
  'Allowed origins': () => '/settings/origins',
  'Signing keys': () => '/settings/signing-keys',
  'Web push': () => '/settings/push',
  'My own device': () => '/me',
};
