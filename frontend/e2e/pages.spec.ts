// Every page of the admin's app, with something on it, on a desktop and on a phone, in both themes: no
// barrier, no sideways scroll, nothing against the security policy. The same for what opens over a page.
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, askFake, type Caller, play, setUp, until } from './admin-api.ts'
import { DESKTOP, inBothThemes, launch, open, PHONE } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { join, on, readHistory, settled, signIn } from './steps.ts'

interface Invite {
  id: string
  url: string
}

let browser: Browser
let house: House
let admin: Caller
let films: Invite
let anna: string
let sync: string
let state: Awaited<ReturnType<BrowserContext['storageState']>>

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  house.witness.keep('the password', ADMIN.password)
  const done = await setUp(house)
  admin = done.admin
  const { Movies, Music } = done.libraries
  films = await invite({
    label: 'Film night',
    max_uses: 5,
    membership_days: 30,
    libraries: { mode: 'some', ids: [Movies, Music] },
  })
  const paused = await invite({ libraries: { mode: 'all' }, path: 'a-very-long-path-'.repeat(5) })
  await admin.call('POST', `/invites/${paused.id}/pause`)
  await join(browser, house, films.url, 'anna')
  const found = await admin.call<{ items: { id: string }[] }>('GET', '/users?q=anna')
  anna = found.items[0]?.id ?? ''
  const syncs = await admin.call<{ items: { sync_id: string }[] }>('GET', '/users/syncs')
  sync = syncs.items.at(-1)?.sync_id ?? ''
  const seen = await play(house, 'anna', { title: 'Low Water', rating_key: 100_004 })
  await streamed('/streams', 'Low Water')
  await askFake(house.plex, 'POST', 'sessions/end', { session_key: seen })
  await streamed('/stream-history', 'Low Water')
  await play(house, 'anna', { title: 'Tidewater', transcode_height: 720 })
  await streamed('/streams', 'Tidewater')
  const { page } = await open(browser, { viewport: DESKTOP }, house.witness)
  await signIn(page, house)
  state = await page.context().storageState()
  await page.context().close()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const streamed = (path: string, title: string) =>
  until(`${title} in ${path}`, async () => {
    const { items } = await admin.call<{ items: { title: string }[] }>('GET', path)
    return items.some((one) => one.title === title)
  })

const invite = (body: object) => admin.call<Invite>('POST', '/invites', body)

// What each page is called, and what has to be seen on it before it is looked at.
const PAGES: Record<string, [path: () => string, sign: string]> = {
  dashboard: [() => '/', 'Recent events'],
  streams: [() => '/streams', 'Tidewater'],
  'stream-history': [() => '/streams/history', 'Low Water'],
  'stream-history-none': [() => '/streams/history?q=nothing', 'Nothing matches these filters.'],
  users: [() => '/users', 'anna'],
  'users-cards': [() => '/users?view=cards&discord=false', 'anna'],
  user: [() => `/users/${anna}`, 'Film night'],
  'user-streams': [() => `/users/${anna}/streams`, 'Low Water'],
  'user-history': [() => `/users/${anna}/history`, 'User added'],
  'user-edit': [() => `/users/${anna}/edit`, 'Last day'],
  'users-none': [() => '/users?q=nobody', 'Nothing matches these filters.'],
  syncs: [() => '/users/syncs', 'Done'],
  sync: [() => `/users/syncs/${sync}`, 'What it found'],
  purge: [() => '/users/purge', 'Idle for at least'],
  rehearsal: [() => '/users/purge?view=rehearsal', 'would have'],
  invites: [() => '/invites', 'Film night'],
  'new-invite': [() => '/invites/new', 'New invite'],
  invite: [() => `/invites/${films.id}`, 'anna'],
  'edit-invite': [() => `/invites/${films.id}/edit`, 'Save changes'],
  libraries: [() => '/libraries', 'Documentaries'],
  history: [() => '/history', 'Film night'],
  jobs: [() => '/jobs', 'Tidy up'],
  'jobs-none': [() => '/jobs?state=blocked', 'Nothing matches these filters.'],
  account: [() => '/account', 'This browser'],
  'settings-general': [() => '/settings/general', 'Time zone'],
  'settings-plex': [() => '/settings/plex', 'Test connection'],
  'settings-access': [() => '/settings/access', 'Look at the streams every'],
  'settings-advanced': [() => '/settings/advanced', 'Forget streams after'],
  missing: [() => '/nowhere', 'Nothing lives at this address.'],
}

interface Layer {
  path: () => string
  open: (page: Page) => Promise<void>
  role: 'dialog' | 'alertdialog' | 'menu'
}

const menuItem = async (page: Page, name: string) => {
  await on(page).button('Actions').click()
  await on(page).item(name).click()
}

// What opens over a page; everywhere, or only where there is a sidebar or a bottom nav.
const LAYERS: Record<string, Layer & { only?: 'desktop' | 'phone' }> = {
  palette: {
    path: () => '/',
    open: (page) => page.keyboard.press('Control+k'),
    role: 'dialog',
  },
  appearance: {
    path: () => '/',
    open: (page) => on(page).button('Appearance, language, sign out').click(),
    role: 'menu',
    only: 'desktop',
  },
  more: {
    path: () => '/',
    open: (page) => on(page).button('More').click(),
    role: 'dialog',
    only: 'phone',
  },
  'invite-actions': {
    path: () => `/invites/${films.id}`,
    open: (page) => on(page).button('Actions').click(),
    role: 'menu',
  },
  qr: {
    path: () => `/invites/${films.id}`,
    open: (page) => menuItem(page, 'QR code'),
    role: 'dialog',
  },
  'delete-invite': {
    path: () => `/invites/${films.id}`,
    open: (page) => menuItem(page, 'Delete'),
    role: 'alertdialog',
  },
  user: {
    path: () => '/users',
    open: (page) => on(page).button('anna').click(),
    role: 'dialog',
  },
  'user-filters': {
    path: () => '/users',
    open: (page) => on(page).button('More filters').click(),
    role: 'dialog',
  },
  'user-actions': {
    path: () => '/users?q=anna',
    open: (page) => on(page).button('Actions for anna').click(),
    role: 'menu',
  },
  'remove-user': {
    path: () => `/users/${anna}`,
    open: (page) => menuItem(page, 'Remove'),
    role: 'alertdialog',
  },
  'stream-actions': {
    path: () => '/streams',
    open: async (page) => {
      const actions = page.getByRole('button', { name: 'Actions for Tidewater, watched by anna' })
      // Where no other card's button stands half behind the bar of a phone: axe would take it for too small.
      await actions.evaluate((button) => {
        button.scrollIntoView({ block: 'center' })
        scrollBy(0, 80)
      })
      await actions.click()
    },
    role: 'menu',
  },
  'stop-stream': {
    path: () => '/streams',
    open: async (page) => {
      await page.getByRole('button', { name: 'Actions for Tidewater, watched by anna' }).click()
      await on(page).item('Stop').click()
    },
    role: 'dialog',
  },
  'forget-streams': {
    path: () => '/streams/history',
    open: async (page) => {
      await page.getByRole('checkbox', { name: /^Choose Low Water/ }).check()
      await on(page).button('Delete').click()
    },
    role: 'alertdialog',
  },
  status: {
    path: () => '/invites',
    open: (page) => on(page).button('Status').click(),
    role: 'menu',
  },
  'export-users': {
    path: () => '/users',
    open: (page) => on(page).button('Export').click(),
    role: 'menu',
  },
  'export-history': {
    path: () => '/history',
    open: (page) => on(page).button('Export').click(),
    role: 'menu',
  },
  event: {
    path: () => '/history',
    open: (page) => page.getByRole('link', { name: 'Invite created' }).first().click(),
    role: 'dialog',
  },
  'clear-history': {
    path: () => '/history',
    open: async (page) => {
      await on(page).button('Clear').click()
      await page.getByRole('radio', { name: 'Only these' }).check()
    },
    role: 'dialog',
  },
  job: {
    path: () => '/jobs',
    open: async (page) => {
      const jobs = page.getByLabel('Jobs', { exact: true })
      await jobs.getByRole('link', { name: 'Read the libraries' }).first().click()
    },
    role: 'dialog',
  },
  'end-sessions': {
    path: () => '/account',
    open: (page) => on(page).button('Sign out everywhere else').click(),
    role: 'alertdialog',
  },
}

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] as const)('on a %s', (device, viewport) => {
  let view: Page
  let complaints: string[]

  beforeAll(async () => {
    const look = { viewport, storageState: state, hasTouch: device === 'phone' }
    ;({ page: view, complaints } = await open(browser, look, house.witness))
  })
  afterAll(() => view?.context().close())

  it.each(Object.entries(PAGES))('%s has no barrier', async (name, [path, sign]) => {
    await view.goto(house.url + path())
    await settled(view)
    await view.getByText(sign).first().waitFor()
    await inBothThemes(view, `admin-${name}-${device}`)
    expect(complaints).toEqual([])
  })

  const layers = Object.entries(LAYERS).filter(([, { only }]) => !only || only === device)
  it.each(layers)('%s, opened over its page, has no barrier', async (name, layer) => {
    await view.goto(house.url + layer.path())
    await settled(view)
    await layer.open(view)
    await view.getByRole(layer.role).waitFor()
    await inBothThemes(view, `layer-${name}-${device}`)
    await view.keyboard.press('Escape')
    await view.getByRole(layer.role).waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  it('signing in has no barrier', async () => {
    const stranger = await open(browser, { viewport }, house.witness)
    await stranger.page.goto(`${house.url}/users`)
    await on(stranger.page).heading('Sign in').waitFor()
    await inBothThemes(stranger.page, `admin-sign-in-${device}`)
    await stranger.page.context().close()
  })
})

describe('afterwards', () => {
  it('no secret has come to light', async () => {
    const { page } = await open(browser, { viewport: DESKTOP, storageState: state }, house.witness)
    await page.goto(house.url)
    expect(await readHistory(page)).toBeGreaterThan(5)
    expect(await house.leaks()).toEqual([])
    // The owner's, the invitee's, and what the servers have of their own.
    expect(house.witness.count('a Plex token')).toBeGreaterThan(0)
    expect(house.witness.count('a cookie')).toBeGreaterThan(1)
  })
})
