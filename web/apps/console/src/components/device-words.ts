/** What a device is called in the reader's language: the server's words for kinds are translated, names are not. */

import { useTranslation } from '../app/translation';

interface Software {
  browser: string;
  platform: string;
}

export interface DeviceWords {
  /** A model, a platform or a browser by itself; empty where there is none. */
  word: (name: string | null | undefined) => string;
  /** "Firefox on Linux". */
  what: (device: Software) => string;
}

/** What the server says where it cannot tell. */
const OTHER = 'other';
const KINDS = ['Computer', 'Phone', 'Appliance', OTHER] as const;

export function useDeviceWords(): DeviceWords {
  const { t } = useTranslation();
  return {
    word: (name) => {
      const kind = KINDS.find((one) => one === name);
      return kind ? t(`device_kind.${kind}`) : (name ?? '');
    },
    what: ({ browser, platform }) =>
      browser === OTHER && platform === OTHER
        ? t('device_kind.unknown')
        : t('device_kind.what', {
            browser: browser === OTHER ? t('device_kind.other_browser') : browser,
            platform: platform === OTHER ? t('device_kind.other_platform') : platform,
          }),
  };
}
