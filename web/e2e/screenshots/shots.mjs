/**
 * Which pages are photographed in which states. A shot says its name, its address, and what is done on the page first;
 * `as` is who looks: the owner, a viewer, or nobody.
 */

const broken = (status, code) => (page, path) =>
  page.route(path, (route) =>
    route.fulfill({
      status,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'about:blank', title: code, status, code, detail: '' }),
    }),
  );
const fails = broken(500, 'internal');
/** Its code is fetched with the first press. */
const opens = (keys) => async (page) => {
  await page.keyboard.press(keys);
  await page.getByRole('dialog').waitFor();
};

/** `m` is what `fill` gave. */
export function shots(m) {
  const w = `/w/${m.slug}`;
  const empty = `/w/${m.empty}`;
  const owner = (name, path, more = {}) => ({ name, path, as: 'owner', ...more });
  const viewer = (name, path) => ({ name: `${name}-forbidden`, path, as: 'viewer' });
  const error = (name, path, what) =>
    owner(`${name}-error`, path, {
      before: (page) => fails(page, (url) => url.pathname.startsWith('/v1/') && what.test(url.pathname)),
    });
  return [
    { name: 'setup', path: '/setup#bl_example', before: freshSetup },
    { name: 'setup-used', path: '/setup#bl_example' },
    { name: 'sign-in', path: '/sign-in' },
    { name: 'sign-in-wrong', path: '/sign-in', does: wrongPassword },
    { name: 'reset', path: '/reset#bl_example' },
    owner('home', w),
    owner('home-empty', empty),
    error('home', w, /overview$/),
    { name: 'home-viewer', path: w, as: 'viewer' },
    owner('palette', w, { does: opens('Control+k'), top: true }),
    owner('shortcuts', w, { does: opens('?'), top: true }),
    owner('people', `${w}/people`, { tall: 1000 }),
    owner('people-filtered', `${w}/people?group=${m.group}&device=yes`, { tall: 1000 }),
    owner('people-none', `${w}/people?q=zzz`),
    owner('people-empty', `${empty}/people`),
    error('people', `${w}/people`, /\/users$/),
    owner('people-add', `${w}/people?add=true`, {
      does: (page) => page.getByRole('dialog').waitFor(),
      top: true,
    }),
    owner('person', `${w}/people/CF26-1001`),
    owner('person-gone', `${w}/people/nobody`),
    owner('import', `${w}/people/import`),
    owner('import-empty', `${empty}/people/import`),
    owner('import-mapped', `${w}/people/import/${m.imports.mapped}`),
    owner('import-checked', `${w}/people/import/${m.imports.checked}`),
    owner('import-done', `${w}/people/import/${m.imports.done}`),
    viewer('import', `${w}/people/import`),
    owner('groups', `${w}/groups`),
    owner('groups-empty', `${empty}/groups`),
    error('groups', `${w}/groups`, /\/groups$/),
    owner('group', `${w}/groups/${m.group}`, { tall: 1000 }),
    owner('compose', `${w}/compose/${m.unfinished}`, { wait: 1500 }),
    owner('compose-empty', `${empty}/compose`),
    owner('compose-review', `${w}/compose/${m.unfinished}`, { does: review, top: true }),
    owner('compose-faults', `${empty}/compose`, { does: (page) => page.keyboard.press('Control+Enter') }),
    viewer('compose', `${w}/compose`),
    owner('notifications', `${w}/notifications`),
    owner('notifications-none', `${w}/notifications?status=expired`),
    owner('notifications-empty', `${empty}/notifications`),
    error('notifications', `${w}/notifications`, /\/notifications$/),
    owner('notification', `${w}/notifications/${m.welcome}`, { tall: 1700 }),
    owner('notification-running', `${w}/notifications/${m.running}`, { tall: 1000 }),
    owner('notification-gone', `${w}/notifications/ntf_00000000000000000000000000000000`),
    error('notification', `${w}/notifications/${m.welcome}`, /\/deliveries$/),
    { name: 'notification-viewer', path: `${w}/notifications/${m.welcome}`, as: 'viewer', tall: 1000 },
    owner('settings', `${w}/settings`),
    error('settings', `${w}/settings`, /\/workspaces\/[^/]+$/),
    owner('settings-api-keys', `${w}/settings/api-keys`),
    owner('settings-signing-keys-empty', `${empty}/settings/signing-keys`),
    owner('settings-origins', `${w}/settings/origins`),
    owner('settings-origins-empty', `${empty}/settings/origins`),
    owner('settings-signing-keys', `${w}/settings/signing-keys`),
    owner('settings-push', `${w}/settings/push`),
    owner('settings-staff', `${w}/settings/staff`),
    viewer('settings', `${w}/settings`),
    viewer('settings-staff', `${w}/settings/staff`),
    owner('me', `${w}/me`),
    owner('profile', '/profile'),
    owner('nowhere', `${w}/nowhere`),
  ];
}

/** As before anybody has set it up. */
const freshSetup = (page) =>
  page.route('**/v1/setup', (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ json: { needed: true, has_organization: false } })
      : route.continue(),
  );

async function wrongPassword(page) {
  await page.locator('input[type=email]').fill('ann@example.com');
  await page.locator('input[type=password]').fill('not my password');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').first().waitFor();
}

async function review(page) {
  await page.waitForTimeout(1500);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('dialog').waitFor();
}
