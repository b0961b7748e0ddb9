// From an empty installation to the dashboard, as the first admin goes it: once with a password on a
// desktop, once with Plex on a phone.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, expectAccessible, launch, open, PHONE, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { byPlex, OWNER, on, readHistory } from './steps.ts'

const PASSWORD = 'a quiet marigold at dusk'

let browser: Browser
let house: House
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

/** Each path begins in a house where nobody has been. */
function inEmptyHouse(look: Parameters<typeof open>[1]) {
  beforeAll(async () => {
    house = await startHouse()
    ;({ page, complaints } = await open(browser, look, house.witness))
  })
  afterAll(() => house?.stop())
}

/** What both paths end with. */
async function expectDiscretion() {
  expect(await readHistory(page)).toBeGreaterThan(0)
  expect(await house.leaks()).toEqual([])
  expect(house.witness.answers).toBeGreaterThan(10)
  expect(house.witness.count("a session's key")).toBeGreaterThan(0)
  expect(house.witness.count('a PIN code')).toBeGreaterThan(0)
}

describe('with a password', () => {
  inEmptyHouse({ viewport: DESKTOP })

  it('is where every address leads, and refuses a wrong code', async () => {
    const { heading, button, field } = on(page)
    house.witness.keep('the password', PASSWORD)
    await page.goto(`${house.url}/invites?status=active`)
    await heading('Who looks after this server?').waitFor()
    await shoot(page, 'wizard-admin')
    await expectAccessible(page)
    await field('Setup code').fill('not the code')
    await field('Username').fill('olivia')
    await field('Password').fill(PASSWORD)
    await button('Create admin').click()
    await page.getByRole('alert').getByText('This is not the setup code.').waitFor()
    await expectAccessible(page)
  })

  it('asks for a better password before it asks the server', async () => {
    const { button, field } = on(page)
    await field('Password').fill('short')
    await button('Create admin').click()
    await page.getByText('Use at least 12 characters.').waitFor()
  })

  it('takes the first admin', async () => {
    const { heading, button, field } = on(page)
    await field('Setup code').fill(house.setupCode)
    await field('Password').fill(PASSWORD)
    await button('Create admin').click()
    await heading('Connect your Plex server').waitFor()
  })

  it('goes on where it was left', async () => {
    await page.goto(house.url)
    await on(page).heading('Connect your Plex server').waitFor()
  })

  it('says which token was pasted, and what it cannot do', async () => {
    const { button, field } = on(page)
    await page.getByText('Enter address and token').click()
    await field('Server address').fill(house.plex.servers[0]?.url ?? '')
    await field('Token').fill('a-token-of-nobody')
    house.witness.keep('a pasted token', 'a-token-of-nobody')
    await button('Test connection').click()
    await page.getByText('Not everything PUM needs works yet.').waitFor()
    await shoot(page, 'wizard-plex-test')
    await expectAccessible(page)
  })

  it('connects the server by address and token', async () => {
    const { heading, button, field } = on(page)
    await field('Token').fill(house.plex.owner.token)
    await button('Test connection').click()
    await page.getByText('everything PUM needs works.').waitFor()
    await expectAccessible(page)
    await button('Save and continue').click()
    await heading('How do people reach PUM?').waitFor()
  })

  it('fills in the address and tries it from this browser', async () => {
    const { button, field } = on(page)
    expect(await field("PUM's address").inputValue()).toBe(house.url)
    await page.getByText('Your browser reaches PUM there.').waitFor()
    await expectAccessible(page)
    await button('Save and continue').click()
  })

  it('leads back, to look or to connect another server', async () => {
    const { heading, button, field } = on(page)
    await heading('Read your libraries').waitFor()
    await expectAccessible(page)
    await button('Back').click()
    await heading('How do people reach PUM?').waitFor()
    await shoot(page, 'wizard-back')
    await button('Back').click()
    await heading('Connect your Plex server').waitFor()
    expect(await button('Back').count()).toBe(0)
    await expectAccessible(page)
    await button('Go on without a change').click()
    await heading('How do people reach PUM?').waitFor()
    await button('Back').click()
    await page.getByText('Enter address and token').click()
    await field('Token').fill(house.plex.owner.token)
    await button('Save and continue').click()
    await heading('How do people reach PUM?').waitFor()
    await button('Save and continue').click()
  })

  it('reads the libraries and the people while one watches, and is over', async () => {
    const { heading, button } = on(page)
    await heading('Read your libraries').waitFor()
    await expectAccessible(page)
    await button('Finish setup').click()
    await page.getByText(/libraries found/).waitFor()
    await page.getByText(/^\d+ (person|people) found$/).waitFor()
    await page.getByText('Everything is ready.').waitFor()
    expect(await button('Back').count()).toBe(0)
    await shoot(page, 'wizard-finish')
    await expectAccessible(page)
    await button('Open the dashboard').click()
    await page.getByText('Recent events').waitFor()
    await page.goto(`${house.url}/setup`)
    await page.getByText('Recent events').waitFor()
    expect(complaints).toEqual([])
  })

  it('leaves no secret behind', async () => {
    // Nobody signed in with Plex on this path: a PIN is made, and not used.
    await page.goto(`${house.url}/account`)
    await on(page).button('Link Plex account').click()
    await page.waitForURL(`${house.plex.auth_url}**`)
    await page.goto(house.url)
    await expectDiscretion()
  })
})

describe('with Plex, on a phone in the dark', () => {
  inEmptyHouse({ viewport: PHONE, hasTouch: true, colorScheme: 'dark' })

  it('wants the setup code before it goes to Plex', async () => {
    const { heading, button, field } = on(page)
    await page.goto(house.url)
    await heading('Who looks after this server?').waitFor()
    await page.getByText('Plex account').click()
    await shoot(page, 'wizard-admin-phone')
    await expectAccessible(page)
    await button('Sign in with Plex').click()
    await page.locator('[aria-invalid=true]').waitFor()
    await field('Setup code').fill('not the code at all')
    await button('Sign in with Plex').click()
    await page.getByText('This is not the setup code.').waitFor()
    await expectAccessible(page)
  })

  it('takes the Plex account as the first admin', async () => {
    const { heading, field } = on(page)
    await field('Setup code').fill(house.setupCode)
    await byPlex(page, house, OWNER, 'Sign in with Plex')
    await heading('Connect your Plex server').waitFor()
    await expectAccessible(page)
  })

  it('connects the server that is picked from the account', async () => {
    const { heading, button } = on(page)
    await byPlex(page, house, OWNER, 'Sign in with Plex')
    await page.getByText('PUM tried each address').waitFor()
    await shoot(page, 'wizard-plex-phone')
    await expectAccessible(page)
    await button('Use this server').click()
    await heading('How do people reach PUM?').waitFor()
  })

  it('ends on the dashboard', async () => {
    const { heading, button } = on(page)
    await expectAccessible(page)
    await button('Save and continue').click()
    await heading('Read your libraries').waitFor()
    await expectAccessible(page)
    await button('Finish setup').click()
    await page.getByText(/libraries found/).waitFor()
    await button('Open the dashboard').click()
    await page.getByText('Recent events').waitFor()
    expect(complaints).toEqual([])
  })

  it('leaves no secret behind', async () => {
    await expectDiscretion()
    expect(house.witness.count('a Plex token')).toBeGreaterThan(1)
  })
})
