import { describe, expect, it } from 'vitest';
import { browserName, onApplePhone, onPhone } from './browser';

const agents = {
  chrome:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  android:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  edge: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  chromeOnIphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0 Mobile/15E148 Safari/604.1',
  samsung:
    'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36',
  opera:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 OPR/120.0.0.0',
};
const agent = (name: keyof typeof agents, maxTouchPoints = 0) => ({
  userAgent: agents[name],
  maxTouchPoints,
});

describe('the browser that help is for', () => {
  it.each([
    ['chrome', 'chrome'],
    ['android', 'chrome'],
    ['edge', 'edge'],
    ['firefox', 'firefox'],
    ['safari', 'safari'],
    ['iphone', 'ios'],
    ['chromeOnIphone', 'ios'],
    ['samsung', 'samsung'],
    ['opera', 'other'],
  ] as const)('%s is helped as %s', (name, expected) => {
    expect(browserName(agent(name))).toBe(expected);
  });

  it('knows an iPad, which says that it is a Mac, by its touch screen', () => {
    expect(browserName(agent('safari', 5))).toBe('ios');
    expect(onApplePhone(agent('safari', 0))).toBe(false);
  });

  it('tells phones from desktops', () => {
    expect(onPhone(agent('android'))).toBe(true);
    expect(onPhone(agent('chrome'))).toBe(false);
  });
});
