// From an empty installation to everyday work, as an admin goes it: the debug binary, the fake Plex,
// a real browser. Afterwards every page in both themes, on a desktop and on a phone.
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, expectAccessible, launch, open, PHONE, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'

// The owner of the fakes' server.
const OWNER = 'olivia'
const PASSWORD = 'a quiet marigold at dusk'

let browser: Browser
let house: House
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }))
})
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name })
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
const field = (name: string) => page.getByLabel(name, { exact: true })

describe('the wizard', () => {
  it('is where every address leads, and refuses a wrong code', async () => {
    await page.goto(`${house.url}/invites?status=active`)
    await heading('Who looks after this server?').waitFor()
    await expectAccessible(page)
    await field('Setup code').fill('not the code')
    await field('Username').fill('olivia')
    await field('Password').fill(PASSWORD)
    await button('Create admin').click()
    await page.getByRole('alert').getByText('This is not the setup code.').waitFor()
  })

  it('asks for a better password before it asks the server', async () => {
    await field('Password').fill('short')
    await button('Create admin').click()
    await page.getByText('Use at least 12 characters.').waitFor()
  })

  it('takes the first admin', async () => {
    await field('Setup code').fill(house.setupCode)
    await field('Password').fill(PASSWORD)
    await button('Create admin').click()
    await heading('Connect your Plex server').waitFor()
  })

  it('goes on where it was left', async () => {
    await page.goto(house.url)
    await heading('Connect your Plex server').waitFor()
  })

  it('says which token was pasted, and what it cannot do', async () => {
    await page.getByText('Enter address and token').click()
    await field('Server address').fill(house.plex.servers[0]?.url ?? '')
    await field('Token').fill('not-a-token')
    await button('Test connection').click()
    await page.getByText('Not everything PUM needs works yet.').waitFor()
    await expectAccessible(page)
  })

  it('connects the server that is picked from the account', async () => {
    await page.getByText('Pick from my Plex account').click()
    await button('Sign in with Plex').click()
    await page.waitForURL(`${house.plex.auth_url}**`)
    await page.getByTestId(`plex-account-${OWNER}`).click()
    await page.getByText('PUM tried each address').waitFor()
    await expectAccessible(page)
    await button('Use this server').click()
    await heading('How do people reach PUM?').waitFor()
  })

  it('fills in the address and tries it from this browser', async () => {
    expect(await field("PUM's address").inputValue()).toBe(house.url)
    await page.getByText('Your browser reaches PUM there.').waitFor()
    await expectAccessible(page)
    await button('Save and continue').click()
  })

  it('reads the libraries while one watches, and is over', async () => {
    await heading('Read your libraries').waitFor()
    await button('Finish setup').click()
    await page.getByText(/libraries found/).waitFor()
    await button('Open the dashboard').click()
    await page.getByText('Recent events').waitFor()
    await page.goto(`${house.url}/setup`)
    await page.getByText('Recent events').waitFor()
  })
})

describe('an invite', () => {
  it('is made with the libraries that were ticked', async () => {
    await page.getByRole('link', { name: 'Invite', exact: true }).click()
    await heading('New invite').waitFor()
    await field('Label (optional)').fill('Book club')
    await page.getByText('Only these').click()
    await button('Create invite').click()
    await page.getByText('Choose at least one library.').waitFor()
    await page.getByRole('checkbox', { name: 'Movies', exact: true }).check()
    await button('Create invite').click()
    await heading('Book club').waitFor()
    await page.getByText('Movies', { exact: true }).waitFor()
    const link = await page.getByRole('textbox', { name: 'Invite link' }).inputValue()
    expect(link.startsWith(`${house.url}/invite/`)).toBe(true)
  })

  it('can be paused, and works again', async () => {
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Pause' }).click()
    await page.getByText('Paused', { exact: true }).waitFor()
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Resume' }).click()
    await page.getByText('Active', { exact: true }).waitFor()
  })

  it('keeps its edit', async () => {
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await field('Label (optional)').fill('Reading circle')
    await button('Save changes').click()
    await heading('Reading circle').waitFor()
  })

  it('is found, and filtered out, in the list', async () => {
    await page.goto(`${house.url}/invites`)
    const row = page.getByRole('link', { name: 'Reading circle' })
    await row.waitFor()
    await page.getByRole('searchbox').fill('nobody')
    await page.getByText('Nothing matches these filters.').waitFor()
    expect(page.url()).toContain('q=nobody')
    await button('Clear filters').click()
    await row.waitFor()
  })

  it('has a code to hold a phone to', async () => {
    await button('Actions for Reading circle').click()
    await page.getByRole('menuitem', { name: 'QR code' }).click()
    await page.getByRole('img', { name: /QR code/ }).waitFor()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('is deleted only after a question', async () => {
    await button('Actions for Reading circle').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No invites yet').waitFor()
  })
})

describe('everyday', () => {
  it('reaches every page by the keyboard alone', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('hist')
    await page.keyboard.press('Enter')
    await heading('History').waitFor()
    await page.getByRole('button', { name: 'Invite deleted' }).first().click()
    await page.getByRole('heading', { level: 2, name: 'Invite deleted' }).waitFor()
    await page.keyboard.press('Escape')
  })

  it('shows on an open dashboard what another window does', async () => {
    await page.goto(house.url)
    await page.getByText('Recent events').waitFor()
    const refreshed = page.getByText('Libraries refreshed')
    expect(await refreshed.count()).toBe(0)
    const other = await page.context().newPage()
    await other.goto(`${house.url}/libraries`)
    await other.getByRole('button', { name: 'Refresh' }).click()
    await other.getByText('PUM reads the libraries from Plex now').waitFor()
    await other.close()
    await refreshed.waitFor()
  })

  it('keeps a setting, says where it comes from, and goes back', async () => {
    await page.goto(`${house.url}/settings/general`)
    await field('Name').fill('Aurora cinema')
    await button('Save changes').click()
    await page.getByText('Saved here').first().waitFor()
    await button('Use the default').click()
    await expect.poll(() => field('Name').inputValue()).toBe('PUM')
  })

  it('names what is wrong with a setting at its field', async () => {
    await field('Time zone').fill('Mars/Olympus')
    await button('Save changes').click()
    await page.locator('[aria-invalid=true]').waitFor()
    await button('Discard').click()
  })

  it('links a Plex account, and signs in with it', async () => {
    await page.goto(`${house.url}/account`)
    await button('Link Plex account').click()
    await page.waitForURL(`${house.plex.auth_url}**`)
    await page.getByTestId(`plex-account-${OWNER}`).click()
    await button('Unlink').waitFor()
    await button('Appearance, language, sign out').click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await heading('Sign in').waitFor()
    await page.goto(`${house.url}/history`)
    await button('Sign in with Plex').click()
    await page.waitForURL(`${house.plex.auth_url}**`)
    await page.getByTestId(`plex-account-${OWNER}`).click()
    await heading('History').waitFor()
  })

  it('speaks German when asked to', async () => {
    await button('Appearance, language, sign out').click()
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
    await heading('Verlauf').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await button('Aussehen, Sprache, Abmelden').click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await heading('History').waitFor()
  })
})

const PAGES = {
  dashboard: '/',
  users: '/users',
  invites: '/invites',
  'new-invite': '/invites/new',
  libraries: '/libraries',
  history: '/history',
  account: '/account',
  'settings-general': '/settings/general',
  'settings-plex': '/settings/plex',
  missing: '/nowhere',
}

describe.each([
  ['desktop', DESKTOP],
  ['phone', PHONE],
])('on a %s', (device, viewport) => {
  describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
    let view: Page
    let context: BrowserContext

    beforeAll(async () => {
      const storageState = await page.context().storageState()
      const opened = await open(browser, { viewport, colorScheme, storageState })
      view = opened.page
      context = view.context()
      complaints = opened.complaints
    })
    afterAll(() => context?.close())

    it.each(Object.entries(PAGES))('%s has no barrier', async (name, path) => {
      await view.goto(house.url + path)
      await view.getByRole('heading', { level: 1 }).waitFor()
      await view.locator('[aria-busy=true]').waitFor({ state: 'detached' })
      await shoot(view, `admin-${name}-${device}-${colorScheme}`)
      await expectAccessible(view)
      expect(complaints).toEqual([])
    })
  })
})
