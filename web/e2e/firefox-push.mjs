/**
 * The independent judge of web push: a real Firefox signs in to the portal, opts in by the page's button, and its
 * page is closed. A notification is sent by the API; the test passes only when the browser's own worker decrypted
 * and showed it, and the server wrote `displayed_at` because that worker said so.
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
  await page.waitForSelector('.portal [data-action="bell"]', { timeout: limit }).catch(() => {
    throw new Error(`the portal did not open at ${page.url()}; the page said: ${heard.join(' | ')}`);
  });
  if (page.url().includes('token=')) throw new Error('the token stayed in the address bar');

  step = 'opt in by the button';
  await new Promise((done) => setTimeout(done, Math.max(0, started + 3_000 - Date.now())));
  await page.waitForSelector('[data-action="push-on"]', { timeout: limit });
  await page.click('[data-action="push-on"]');
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
  const open = (await browser.pages()).map((one) => one.url()).filter((url) => url.startsWith(base));
  if (open.length > 0) throw new Error(`pages of ours are still open: ${open}`);

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
  console.log(
    `PASSED: Firefox ${await browser.version()} showed it ${Date.now() - sent} ms after the call, its page closed`,
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
