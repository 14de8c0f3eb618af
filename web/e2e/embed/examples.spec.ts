/** What is printed works as printed: the documents' own lines and the files of `examples/`, from another origin. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { build, transformWithOxc } from 'vite';
import { readRepositoryFile, repositoryFile } from '../console/server.ts';
import { expect, test, type World } from './world.ts';

const run = promisify(execFile);
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
};

/** The blocks of a document in one language, with what is to be replaced by the reader replaced. */
async function blocks(document: string, language: string, { server, host }: World): Promise<string[]> {
  const text = await readRepositoryFile(document);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) =>
      code
        .replaceAll('https://bells.example', server.url)
        .replaceAll('https://shop.example"]', `${host.url}"]`),
  );
}

/** Runs shell lines as a reader would who has set the three variables. */
async function shell(code: string, { server, mei }: World, key: string): Promise<string> {
  const { stdout } = await run('sh', ['-euc', code], {
    env: {
      PATH: process.env.PATH ?? '',
      BELFRY_URL: server.url,
      BELFRY_WORKSPACE: mei.slug,
      BELFRY_API_KEY: key,
    },
    timeout: 60_000,
  });
  return stdout;
}

/** The page's backend: gives the token of who is signed in, who is Ann. */
function backend({ host }: World, token: () => Promise<string>): void {
  host.routes.push(async (request, response) => {
    if (request.url !== '/belfry-token' || request.method !== 'POST') return false;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ token: await token() }));
    return true;
  });
}

async function rings(page: Page, world: World, name = /Notifications|Shop news/): Promise<void> {
  const bell = page.locator('belfry-inbox').getByRole('button', { name }).first();
  await expect(bell).toBeVisible();
  await world.raise('ann', { title: 'It rings', subject: { kind: 'ticket', id: 'T-7' } });
  await expect(page.locator('belfry-inbox .badge')).toHaveText(/[1-9]/);
  await bell.click();
  await expect(page.locator('belfry-inbox').getByRole('link', { name: 'It rings' }).first()).toBeVisible();
}

test.afterEach(({ world }) => {
  world.host.routes.length = 0;
});

test('the ten lines of embed.md make a bell, and its commands fill it', async ({ page, world }) => {
  const org = (await world.mei.ask('GET', '/session')).body.organizations[0].id;
  const made = await world.mei.ask('POST', `/organizations/${org}/api-keys`, {
    name: 'As embed.md says',
    scopes: ['settings:write', 'users:write', 'tokens:write', 'events:write'],
    expires_in_days: 1,
    workspace: world.mei.ws,
  });
  const key = made.body.secret as string;
  await world.mei.of('PATCH', '', { origins: [] });
  const [, allow = '', person = '', ring = ''] = await blocks('docs/embed.md', 'sh', world);
  await shell(allow, world, key);
  const [, token = ''] = /"token":"([^"]+)"/.exec(await shell(person, world, key)) ?? [];
  expect(token).toMatch(/^bfu_/);
  backend(world, async () => token);

  const [lines = ''] = await blocks('docs/embed.md', 'html', world);
  expect(lines.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
  await page.goto(world.host.page('/ten-lines', lines));
  const bell = page.locator('belfry-inbox').getByRole('button').first();
  await expect(bell).toHaveAccessibleName('Notifications');
  await shell(ring, world, key);
  await expect(bell).toHaveAccessibleName('Notifications, 1 unread');
  await bell.click();
  await expect(page.locator('belfry-inbox').getByRole('link', { name: 'On its way' })).toHaveAttribute(
    'href',
    'https://shop.example/orders/17',
  );
});

test('the page in plain HTML', async ({ page, world }) => {
  backend(world, () => world.token('ann'));
  for (const name of ['main.js', 'style.css']) {
    const body = await readRepositoryFile(`examples/html/${name}`);
    world.host.page(`/html/${name}`, body, { type: TYPES[extname(name)] ?? '' });
  }
  const index = await readRepositoryFile('examples/html/index.html');
  await page.goto(world.host.page('/html/', index.replaceAll('https://bells.example', world.server.url)));
  await rings(page, world);
  await expect(page.locator('#count')).toHaveText(/\d+ new/);
  await page.locator('belfry-inbox').getByRole('link', { name: 'It rings' }).first().click();
  await expect(page).toHaveURL(/#ticket-T-7$/);
});

for (const { name, trustedTypes } of [{ name: 'react' }, { name: 'vue', trustedTypes: 'vue' }]) {
  test(`the page in ${name}`, async ({ page, world }) => {
    backend(world, () => world.token('ann'));
    const folder = await mkdtemp(join(tmpdir(), 'belfry-example-'));
    try {
      await copyExample(name, folder);
      const config = name === 'vue' ? join(folder, 'vite.config.ts') : (false as const);
      const results = await build({
        configFile: config,
        root: folder,
        base: `/${name}/`,
        logLevel: 'error',
        build: { write: false, modulePreload: false },
      });
      const { output } = (Array.isArray(results) ? results[0] : results) as {
        output: { fileName: string; code?: string; source?: string | Uint8Array }[];
      };
      for (const { fileName, code, source } of output) {
        const body = String(code ?? source).replaceAll('https://bells.example', world.server.url);
        const type = TYPES[extname(fileName)] ?? 'application/octet-stream';
        world.host.page(`/${name}/${fileName}`, body, { type, ...(trustedTypes && { trustedTypes }) });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    await page.goto(`${world.host.url}/${name}/index.html`);
    await rings(page, world, /Shop news|Notifications/);
    await expect(page.locator('#count')).toHaveText(/\d+ new/);
    await expect(page.locator('belfry-inbox').getByRole('dialog')).toHaveAccessibleName('Shop news');
  });
}

/** Outside of the repository, as a reader has it, with the packages of these tests. */
async function copyExample(name: string, folder: string): Promise<void> {
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  await symlink(modules, join(folder, 'node_modules'));
  for (const file of name === 'react'
    ? ['index.html', 'main.tsx', 'App.tsx']
    : ['index.html', 'main.ts', 'App.vue', 'vite.config.ts']) {
    await writeFile(join(folder, file), await readFile(repositoryFile(`examples/${name}/${file}`)));
  }
}

const SETTLED = /people are in\nraised evt_\w+\nsent ntf_\w+\n(status \w+\n)*status sent\n$/;

test('the script for curl runs to its end', async ({ world }) => {
  const script = await readRepositoryFile('examples/curl/notify.sh');
  expect(await shell(script, world, world.key)).toMatch(SETTLED);
});

test('the script in Python runs to its end', async ({ world }) => {
  const python = `python3 ${repositoryFile('examples/python/notify.py')}`;
  expect(await shell(python, world, world.key)).toMatch(SETTLED);
});

test('the script in TypeScript runs to its end', async ({ world }) => {
  const path = repositoryFile('examples/typescript/notify.ts');
  const folder = await mkdtemp(join(tmpdir(), 'belfry-example-'));
  // Node 20 cannot take the types off by itself.
  const { code } = await transformWithOxc(await readFile(path, 'utf8'), path);
  await writeFile(join(folder, 'notify.mjs'), code);
  try {
    expect(await shell(`node ${folder}/notify.mjs`, world, world.key)).toMatch(SETTLED);
  } finally {
    await rm(folder, { recursive: true });
  }
});
