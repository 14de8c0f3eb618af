/**
 * The independent judge of web push: a real Firefox signs in to the portal by a magic link, opts in by the page's
 * button, and its page is closed. A notification is sent by the API; the browser's own worker has to decrypt it, show it
 * in a window of Firefox and tell the server. A click on that window has to open the item and say so, the switch has to
 * take the subscription away, and a page that may not ask any more has to explain it.
 *
 * `node e2e/firefox-push.mjs`, with the arguments `--base-url --workspace --link --api-key [--firefox PATH]
 * [--user EXTERNAL_ID] [--timeout SECONDS]` or the variables BASE_URL, WS, SIGN_IN_LINK, API_KEY, FIREFOX, USER_ID.
 * The server runs with BELFRY_EGRESS_ALLOW_LOOPBACK=true. Exits 0 or 1, with the reason in its last line.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { alertTitled, press } from './firefox-alerts.mjs';
import { startPushServer } from './push-server.mjs';

const { values } = parseArgs({
  options: {
    'base-url': { type: 'string', default: process.env.BASE_URL },
    workspace: { type: 'string', default: process.env.WS },
    link: { type: 'string', default: process.env.SIGN_IN_LINK },
    'api-key': { type: 'string', default: process.env.API_KEY },
    user: { type: 'string', default: process.env.USER_ID },
    firefox: { type: 'string', default: process.env.FIREFOX ?? '/usr/bin/firefox-esr' },
    timeout: { type: 'string', default: '60' },
  },
});
for (const name of ['base-url', 'workspace', 'link', 'api-key']) {
  if (!values[name]) fail(`--${name} is missing`);
}
const base = values['base-url'].replace(/\/$/, '');
const limit = Number(values.timeout) * 1000;
const mark = `Firefox judge ${Date.now()}`;

function fail(reason) {
  console.error(`FAILED: ${reason}`);
  process.exit(1);
}

/** Asks until the answer is truthy; the last thing seen is named when time is up. */
async function until(what, ask, interval = 200) {
  const end = Date.now() + limit;
  let last;
  while (Date.now() < end) {
    last = await ask();
    if (last?.done) return last.value;
    await new Promise((done) => setTimeout(done, interval));
  }
  throw new Error(
    `${what} did not happen within ${limit / 1000} s; last seen: ${JSON.stringify(last?.seen ?? null)}`,
  );
}

/** A click on what is there by then: a page that is still filling itself replaces what it had shown. */
async function click(page, selector) {
  await page.locator(selector).setTimeout(limit).click();
}

async function api(method, path, body) {
  const response = await fetch(base + path, {
    method,
    headers: {
      authorization: `Bearer ${values['api-key']}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`);
  return text ? JSON.parse(text) : undefined;
}

const push = await startPushServer();
const profile = await mkdtemp(join(tmpdir(), 'belfry-firefox-'));
let browser;
let step = 'start Firefox';
try {
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: values.firefox,
    headless: true,
    userDataDir: profile,
    args: ['-remote-allow-system-access'],
    extraPrefsFirefox: {
      'dom.push.serverURL': push.url,
      'dom.push.testing.allowInsecureServerURL': true,
      'dom.push.connection.enabled': true,
      'dom.push.maxQuotaPerSubscription': 10_000,
      'permissions.default.desktop-notification': 1,
      'alerts.useSystemBackend': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'app.update.enabled': false,
    },
  });
  // Firefox starts its push service a moment after its windows; a subscription before that can hang for ever.
  const started = Date.now();
  const page = await browser.newPage();
  const heard = [];
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));

  step = 'sign in by the link';
  await page.goto(values.link, { waitUntil: 'domcontentloaded' });
  await click(page, '[data-action="open-link"]');
  await page.waitForSelector('.portal [data-action="bell"]', { timeout: limit }).catch(() => {
    throw new Error(`the portal did not open at ${page.url()}; the page said: ${heard.join(' | ')}`);
  });
  if (page.url().includes(new URL(values.link).pathname))
    throw new Error('the link stayed in the address bar');

  step = 'opt in by the button';
  await new Promise((done) => setTimeout(done, Math.max(0, started + 3_000 - Date.now())));
  await click(page, '[data-action="push-on"]');
  await until('opting in', async () => {
    const on = await page.$eval(
      '[data-action="push-switch"]',
      (toggle) => toggle.getAttribute('aria-checked') === 'true',
    );
    return { done: on, seen: { on, registrations: push.stats.registrations, page: heard } };
  });

  step = 'close the page';
  // The browser needs one page to stay open; this one has nothing of ours.
  await browser.newPage();
  await page.close();
  const ours = async () => (await browser.pages()).filter((one) => one.url().startsWith(base));
  if ((await ours()).length > 0) throw new Error('pages of ours are still open');

  step = 'send a notification';
  const sent = Date.now();
  const ws = `/v1/workspaces/${encodeURIComponent(values.workspace)}`;
  const audience = values.user ? { users: [values.user] } : { everyone: true };
  const { id } = await api('POST', `${ws}/notifications`, {
    title: mark,
    message: 'Shown by a closed page’s worker.',
    audience,
  });

  step = 'wait for the display';
  const delivery = await until('the display', async () => {
    const { items } = await api('GET', `${ws}/notifications/${id}/deliveries`);
    const pushes = items.filter((item) => item.channel === 'web_push');
    const shown = pushes.find((item) => item.displayed_at);
    return { done: Boolean(shown), value: shown, seen: { pushes, service: push.stats } };
  });
  if (delivery.state !== 'success') throw new Error(`it was displayed, yet its state is ${delivery.state}`);
  const [post] = push.stats.posts;
  if (post?.encoding !== 'aes128gcm')
    throw new Error(`the push service saw ${JSON.stringify(push.stats.posts)}`);
  const shownAfter = Date.now() - sent;

  step = 'click it where Firefox shows it';
  const alert = await until('its window', async () => {
    const { found, titles } = await alertTitled(browser, mark);
    return { done: Boolean(found), value: found, seen: titles };
  });
  await press(browser, alert);
  const opened = await until('opening the item', async () => {
    const [one] = await ours();
    const text = (await one?.$eval('main', (main) => main.innerText).catch(() => '')) ?? '';
    return { done: text.includes(mark), value: one, seen: { url: one?.url(), text: text.slice(0, 200) } };
  });
  await until('the receipt of opening', async () => {
    const { items } = await api('GET', `${ws}/notifications/${id}/deliveries`);
    const push = items.find((item) => item.channel === 'web_push');
    return { done: Boolean(push?.opened_at), seen: items };
  });

  step = 'turn it off in two taps';
  await opened.waitForSelector('[data-action="push-switch"][aria-checked="true"]', { timeout: limit });
  await click(opened, '.account');
  await click(opened, '[data-action="push-switch"]');
  await until('turning it off', async () => {
    const switched = await opened.$eval('[data-action="push-switch"]', (it) =>
      it.getAttribute('aria-checked'),
    );
    const kept = await opened.evaluate(async () => {
      const [worker] = await navigator.serviceWorker.getRegistrations();
      return Boolean(await worker?.pushManager.getSubscription());
    });
    const { unregistrations } = push.stats;
    return {
      done: switched === 'false' && !kept && unregistrations === 1,
      seen: { switched, kept, unregistrations },
    };
  });
  const after = await api('POST', `${ws}/notifications`, {
    title: 'Nobody hears this',
    message: '…',
    audience,
  });
  await until('a notification without devices', async () => {
    const one = await api('GET', `${ws}/notifications/${after.id}`);
    return { done: one.status === 'sent' && !one.targets.deliveries.web_push, seen: one };
  });
  if (push.stats.posts.length !== 1) throw new Error('something was pushed after push had been turned off');

  step = 'explain that the browser blocks it';
  const { origin } = new URL(base);
  await browser.connection.send('permissions.setPermission', {
    descriptor: { name: 'notifications' },
    state: 'denied',
    origin,
  });
  await opened.reload({ waitUntil: 'domcontentloaded' });
  await opened.waitForSelector('[data-action="push-switch"][aria-disabled="true"]', { timeout: limit });
  await click(opened, '.account');
  await until('an explanation beside the switch', async () => {
    const said = await opened.$eval('#push-state', (it) => it.innerText);
    return { done: /block/i.test(said), seen: said };
  });
  console.log(
    `PASSED: Firefox ${await browser.version()} showed it ${shownAfter} ms after the call, its page closed; ` +
      'clicked, opened, turned off, and the block was explained',
  );
} catch (error) {
  console.error(error);
  process.exitCode = 1;
  console.error(`FAILED to ${step}: ${error.message}`);
} finally {
  await browser?.close().catch(() => undefined);
  await push.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}
