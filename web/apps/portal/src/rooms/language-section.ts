/** Language and time zone. Owns both fields: a change is saved at once, and put back when it could not be. */

import type { ApiError } from '@belfry/api';
import { h, set, setText } from '@belfry/inbox';
import type { RoomContext } from './entry';
import { section } from './parts';

const LANGUAGES = ['en', 'de'] as const;

export function languageSection(context: RoomContext): HTMLElement {
  const { t, me, locale, account, changed, say } = context;
  const { user } = me;
  const names = new Intl.DisplayNames([locale], { type: 'language' });
  const own = (tag: string): string => {
    const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
  };
  const said = h('p', { class: 'hint saved', role: 'status' });

  const save = (field: 'locale' | 'time_zone', select: HTMLSelectElement) => async () => {
    const before = user[field] ?? '';
    setText(said, t('settings.saving'));
    try {
      const fresh = await account.changeMe({ [field]: select.value || null });
      // The page is drawn anew, in another language or with other times; the words stay over it.
      await changed({ ...me, user: fresh.user });
      say(t('settings.saved'));
    } catch (error) {
      select.value = before;
      setText(said, t((error as ApiError).status === 422 ? 'settings.refused' : 'settings.not_saved'));
    }
  };

  // What the person has stays in the list, also where the pages do not speak it.
  const tags = [
    ...LANGUAGES,
    ...(user.locale && !LANGUAGES.some((one) => one === user.locale) ? [user.locale] : []),
  ];
  const language = h(
    'select',
    { id: 'language' },
    h('option', { value: '' }, t('settings.language_auto', { language: names.of(navigator.language) ?? '' })),
    ...tags.map((tag) => h('option', { value: tag, lang: tag }, own(tag))),
  );
  language.value = user.locale ?? '';
  set(language, { onchange: save('locale', language) });

  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = h(
    'select',
    { id: 'zone' },
    h('option', { value: '' }, t('settings.zone_auto', { zone: here.replaceAll('_', ' ') })),
    ...zones(user.time_zone),
  );
  zone.value = user.time_zone ?? '';
  set(zone, { onchange: save('time_zone', zone) });

  return section(
    t('settings.language_title'),
    null,
    h('div', { class: 'setting field' }, h('label', { for: 'language' }, t('settings.language')), language),
    h('div', { class: 'setting field' }, h('label', { for: 'zone' }, t('settings.zone')), zone, said),
  );
}

/** Grouped by region: four hundred in one list find nobody. */
function zones(current: string | null): HTMLElement[] {
  const all = Intl.supportedValuesOf('timeZone');
  if (current && !all.includes(current)) all.unshift(current);
  const regions = new Map<string, string[]>();
  for (const zone of all) {
    const region = zone.includes('/') ? (zone.split('/')[0] ?? '') : 'UTC';
    regions.set(region, [...(regions.get(region) ?? []), zone]);
  }
  return [...regions].map(([region, inside]) =>
    h(
      'optgroup',
      { label: region },
      ...inside.map((zone) =>
        h(
          'option',
          { value: zone },
          zone
            .slice(zone.indexOf('/') + 1)
            .replaceAll('_', ' ')
            .replaceAll('/', ' · '),
        ),
      ),
    ),
  );
}
