// Everyday work in the admin's app: the debug binary, the fake Plex, a real browser.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, setUp } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { byPlex, OWNER, on, readHistory, signIn } from './steps.ts'

let browser: Browser
let house: House
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  await setUp(house)
  house.witness.keep('the password', ADMIN.password)
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  await signIn(page, house)
})
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const heading = (name: string | RegExp) => on(page).heading(name)
const button = (name: string | RegExp) => on(page).button(name)
const field = (name: string) => on(page).field(name)

describe('an invite', () => {
  it('is made with the libraries that were ticked', async () => {
    await page.getByRole('link', { name: 'Invite', exact: true }).click()
    await heading('New invite').waitFor()
    await field('Label (optional)').fill('Book club')
    await page.getByText('Only these').click()
    await button('Create invite').click()
    await page.getByText('Choose at least one library.').waitFor()
    await page.getByRole('checkbox', { name: 'Movies', exact: true }).check()
    await page.getByRole('switch', { name: 'Never remove for inactivity' }).check()
    await button('Create invite').click()
    await heading('Book club').waitFor()
    await page.getByText('Never remove for inactivity').waitFor()
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

  it('cannot ask for a Discord that is not set up, and says so at the field', async () => {
    await button('Actions').click()
    await page.getByRole('menuitem', { name: 'Edit' }).click()
    await field('Sign in with Discord').selectOption('Yes')
    await button('Save changes').click()
    await page.getByText('Discord is not set up in PUM yet').waitFor()
    expect(await field('Sign in with Discord').getAttribute('aria-invalid')).toBe('true')
    await expectAccessible(page)
    await field('Sign in with Discord').selectOption('No')
    await button('Save changes').click()
    await heading('Reading circle').waitFor()
    await page.getByText('Sign in with Discord').waitFor()
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

  it('is found from anywhere, by the keyboard alone', async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('circle')
    await page.getByRole('option', { name: 'Reading circle' }).waitFor()
    await shoot(page, 'palette-found')
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await heading('Reading circle').waitFor()
    await page.goBack()
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
    await page.getByRole('link', { name: 'Invite deleted' }).first().click()
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

  it('says for how long it remembers, and what is too short', async () => {
    await page.goto(`${house.url}/settings`)
    await page.getByRole('link', { name: 'Advanced' }).click()
    await field('Forget streams after').fill('100')
    await button('Save changes').click()
    await page.locator('[aria-invalid=true]').waitFor()
    await field('Forget streams after').fill('400')
    await button('Save changes').click()
    await page.getByText('Saved here').waitFor()
    await expect.poll(() => field('Forget streams after').inputValue()).toBe('400')
  })

  it('links a Plex account, and signs in with it', async () => {
    await page.goto(`${house.url}/account`)
    await byPlex(page, house, OWNER, 'Link Plex account')
    await button('Unlink').waitFor()
    await button('Appearance, language, sign out').click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await heading('Sign in').waitFor()
    await page.goto(`${house.url}/history`)
    await byPlex(page, house, OWNER, 'Sign in with Plex')
    await heading('History').waitFor()
  })

  it('picks the server anew from the Plex account', async () => {
    await page.goto(`${house.url}/settings/plex`)
    await button('Pick a server').click()
    await byPlex(page, house, OWNER, 'Sign in to see your servers')
    await page.getByText('PUM tried each address').waitFor()
    await expectAccessible(page)
    await button('Use this server').click()
    await page.getByText('Connection saved').first().waitFor()
    await button('Pick a server').waitFor()
    await button('Test connection').click()
    await page.getByText('6 libraries on the server.').waitFor()
    await expectAccessible(page)
  })

  it('speaks German when asked to', async () => {
    await page.goto(`${house.url}/history`)
    await button('Appearance, language, sign out').click()
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
    await heading('Verlauf').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    // The choice goes with the admin, not with the browser.
    const elsewhere = await open(browser, { viewport: DESKTOP }, house.witness)
    await elsewhere.page.goto(`${house.url}/history`)
    await on(elsewhere.page).field('Username').fill(ADMIN.username)
    await on(elsewhere.page).field('Password').fill(ADMIN.password)
    await on(elsewhere.page).button('Sign in').click()
    await on(elsewhere.page).heading('Verlauf').waitFor()
    expect(await elsewhere.page.locator('html').getAttribute('lang')).toBe('de')
    expect(elsewhere.complaints).toEqual([])
    await elsewhere.page.context().close()
    await button('Aussehen, Sprache, Abmelden').click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await heading('History').waitFor()
  })
})

describe('by the keyboard', () => {
  const focusedIn = (selector: string) =>
    page.evaluate((within) => document.activeElement?.closest(within) !== null, selector)

  it('a dialog keeps the focus, and gives it back', async () => {
    await page.goto(`${house.url}/account`)
    const opener = button('Appearance, language, sign out')
    await opener.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true)

    await page.goto(`${house.url}/history`)
    const row = page.getByRole('link', { name: 'Setup finished' })
    await row.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    for (let stop = 0; stop < 8; stop++) {
      await page.keyboard.press('Tab')
      // Past the last stop, the dialog's edge hands the focus on to the first.
      await expect.poll(() => focusedIn('[role=dialog]')).toBe(true)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect
      .poll(() => row.evaluate((element) => element === document.activeElement))
      .toBe(true)
  })

  it('Escape closes the palette and leaves the page as it was', async () => {
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog')
    await palette.getByRole('combobox').fill('no such thing')
    await page.getByText('Nothing matches.').waitFor()
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
    await heading('History').waitFor()
  })

  it('the first stop leads past the navigation', async () => {
    await page.reload()
    await heading('History').waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await focusedIn('main')).toBe(true)
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })

  it('no secret has come to light', async () => {
    expect(await readHistory(page)).toBeGreaterThan(5)
    expect(await house.leaks()).toEqual([])
    expect(house.witness.answers).toBeGreaterThan(100)
    expect(house.witness.count("a session's key")).toBeGreaterThan(1)
  })
})
