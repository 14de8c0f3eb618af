/** The browsers that push reaches, each with its health, a test and a way out. Owns reading and drawing the list. */

import type { Device } from '@belfry/api';
import { h, icon, icons, relativeTime, setText } from '@belfry/inbox';
import { laptop, phone } from '../icons';
import type { RoomContext } from './entry';
import { sendTest } from './test-push';

export interface DevicesCard {
  element: HTMLElement;
  load(): Promise<void>;
}

const SIGNS = { working: icons.check, failing: icons.alert, untested: icons.dot } as const;

export function devicesCard(context: RoomContext): DevicesCard {
  const { t, client, account, push, say, desk } = context;
  const title = h('h3', {}, t('device.title'));
  const list = h('ul', { class: 'devices' });
  const note = h('p', { class: 'hint', role: 'status' });
  const everywhere = h(
    'button',
    { type: 'button', class: 'text-button bare', 'data-action': 'push-off-everywhere', hidden: true },
    t('device.off_everywhere'),
  );
  everywhere.addEventListener('click', () => void desk.turnOff());
  const element = h('div', { class: 'setting' }, title, list, note, everywhere);

  async function load(): Promise<void> {
    try {
      const [{ items }, mine] = await Promise.all([account.devices(), push.device()]);
      draw(items, mine);
    } catch {
      setText(note, t('device.failed'));
    }
  }

  function draw(devices: Device[], mine: string | undefined): void {
    const active = document.activeElement?.closest<HTMLElement>('.device')?.dataset.id;
    list.replaceChildren(
      ...[...devices]
        .sort((a, b) => Number(b.id === mine) - Number(a.id === mine))
        .map((one) => row(one, one.id === mine)),
    );
    setText(note, devices.length === 0 ? t('device.none') : '');
    // With this browser on, the switch above turns all of them off.
    everywhere.hidden = devices.length === 0 || push.state === 'on';
    if (active) list.querySelector<HTMLElement>(`[data-id="${CSS.escape(active)}"] button`)?.focus();
  }

  function row(device: Device, here: boolean): HTMLElement {
    const name = t('device.name', { browser: device.browser, platform: device.platform });
    const test = h(
      'button',
      {
        type: 'button',
        class: 'button small',
        'data-action': 'test',
        'aria-label': t('device.test_of', { name }),
      },
      t('device.test'),
    );
    test.addEventListener('click', () => void tested());
    const tested = async (): Promise<void> => {
      if (test.getAttribute('aria-disabled') === 'true') return;
      test.setAttribute('aria-disabled', 'true');
      setText(test, t('device.testing'));
      await sendTest(context, device.id, here);
      await load();
    };
    const remove = async (): Promise<void> => {
      try {
        if (here) await push.leave();
        else await client.removeDevice(device.id);
        say(t('device.removed', { name }));
      } catch {
        say(t('inbox.not_saved'));
      }
      await load();
    };
    return h(
      'li',
      { class: 'device', 'data-id': device.id },
      h(
        'span',
        { class: 'device-icon' },
        icon(/phone|android|ios/i.test(`${device.model}${device.platform}`) ? phone : laptop, 20),
      ),
      h(
        'div',
        { class: 'device-text' },
        h(
          'p',
          { class: 'device-name' },
          name,
          here ? h('span', { class: 'chip here' }, t('device.here')) : null,
        ),
        health(device),
      ),
      h(
        'div',
        { class: 'device-actions' },
        test,
        h(
          'button',
          {
            type: 'button',
            class: 'icon-button',
            'data-action': 'remove-device',
            'aria-label': t('device.remove_of', { name }),
            title: t('device.remove'),
            onclick: () => void remove(),
          },
          icon(icons.close, 16),
        ),
      ),
    );
  }

  /** Word, sign and colour; then when, or why not. */
  function health({ health: now, seen_at }: Device): HTMLElement {
    const { locale } = context;
    const ago = (at: string): string => relativeTime(new Date(at), new Date(), locale, t('inbox.just_now'));
    const kind = now?.state ?? 'untested';
    const detail =
      kind === 'working' && now?.last_success_at
        ? t('device.since', { ago: ago(now.last_success_at) })
        : kind === 'failing'
          ? reason(now?.last_failure ?? '')
          : t('device.seen', { ago: ago(seen_at) });
    return h(
      'p',
      { class: `health ${kind}` },
      h('span', { class: 'health-word' }, icon(SIGNS[kind], 14), t(`device.${kind}`)),
      h('span', { class: 'hint' }, detail),
    );
  }

  function reason(code: string): string {
    const key = `device.because_${code}`;
    const text = t(key);
    return text === key ? t('device.because_other') : text;
  }

  return { element, load };
}
