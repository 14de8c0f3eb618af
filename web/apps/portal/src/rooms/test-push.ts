/** "Send a test": one push to one device, and the words for what came of it. Owns waiting for the push service. */

import type { AccountClient, ApiError, Device } from '@belfry/api';
import type { Translate } from '@belfry/inbox';
import { onPhone } from '../browser';
import type { Push } from '../push';
import type { Toast } from '../toasts';

export interface TestOptions {
  t: Translate;
  account: AccountClient;
  say(text: string, extra?: Partial<Toast>): void;
}

const ASK_EVERY = 700;
const ASK_TIMES = 12;

/** Sends it and waits until the push service has answered; gives the device as it is then. */
export async function sendTest(
  { t, account, say }: TestOptions,
  id: string,
  here: boolean,
): Promise<Device | undefined> {
  const find = async (): Promise<Device | undefined> =>
    (await account.devices()).items.find((device) => device.id === id);
  try {
    const before = (await find())?.health;
    await account.testDevice(id);
    for (let times = 0; times < ASK_TIMES; times++) {
      await new Promise((done) => setTimeout(done, ASK_EVERY));
      const device = await find();
      const health = device?.health;
      if (!device) break;
      if (health?.last_success_at !== before?.last_success_at) {
        // Accepted is not yet seen; what is still in the way is the system's own settings.
        say(t(here ? (onPhone() ? 'device.sent_phone' : 'device.sent_here') : 'device.sent'), {
          stays: 12_000,
        });
        return device;
      }
      if (health?.last_failure_at !== before?.last_failure_at) {
        say(t('device.sent_failed'), { stays: 12_000 });
        return device;
      }
    }
    say(t((await find()) ? 'device.sent_waiting' : 'device.sent_gone'), { stays: 12_000 });
  } catch (error) {
    const { status } = error as ApiError;
    const key = { 409: 'closed', 429: 'too_many', 404: 'gone' }[status] ?? 'unreachable';
    say(t(`device.sent_${key}`), { stays: 12_000 });
  }
  return undefined;
}

export async function testThisBrowser(options: TestOptions & { push: Push }): Promise<void> {
  const id = await options.push.device();
  if (id) await sendTest(options, id, true);
}
