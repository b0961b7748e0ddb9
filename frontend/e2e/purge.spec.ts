// People who have gone quiet: looked at, taken back, let go, rehearsed, and left to the clock.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { components } from '../src/api/schema.d.ts'
import {
  ADMIN,
  addMembers,
  askFake,
  type Caller,
  met,
  setUp,
  sharesOf,
  stateOf,
  until,
} from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { everywhere, on, signIn } from './steps.ts'

type Schemas = components['schemas']

const DAY_MS = 86_400_000
/** So that days are whole ones also without the moments between the import and the first look, which count for nobody. */
const A_BIT_MS = DAY_MS / 4

// How many days ago each of them played something, as the server itself remembers.
const PLAYED: Record<string, number[]> = {
  hugo: [400, 200],
  ida: [400, 150],
  // Quiet for a summer, and back then.
  jette: [390, 320, 250, 140, 70, 1],
}

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  house.witness.keep('the password', ADMIN.password)
  await addMembers(house.plex, Object.keys(PLAYED), ['Movies'])
  await remember()
  admin = (await setUp(house)).admin
  for (const name of Object.keys(PLAYED)) await met(admin, name)
  await until('The import and the first look', async () => {
    const terms = { inactive_days: 90, count_imported: true }
    const preview = await admin.call<Schemas['PurgePreview']>('POST', '/purge/preview', terms)
    return preview.imported_since && !preview.keeps_everybody
  })
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  page.setDefaultTimeout(20_000)
  await signIn(page, house)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

/** The server's own history goes back for more than a year. */
async function remember() {
  const { accounts } = (await askFake(house.plex, 'GET', 'state')) as {
    accounts: Record<string, { id: number; username: string }>
  }
  const idOf = (name: string) =>
    Object.values(accounts).find(({ username }) => username === name)?.id
  const now = Date.now()
  const rows = Object.entries(PLAYED).flatMap(([name, days]) =>
    days.map((day) => ({ user: idOf(name), viewed_at: now - day * DAY_MS - A_BIT_MS })),
  )
  await askFake(house.plex, 'POST', 'history', { rows })
}

const button = (name: string | RegExp) => on(page).button(name)
const question = () => page.getByRole('alertdialog')
const judged = (name: string) =>
  page.getByRole('table', { name: 'Today' }).getByRole('row').filter({ hasText: name })
const replayed = (name: string) =>
  page.getByRole('table', { name: 'Rehearsal' }).getByRole('row').filter({ hasText: name })
const tick = (name: string) => page.getByRole('checkbox', { name: new RegExp(`${name}$`) })

async function show(...ticks: string[]) {
  for (const name of ticks) await page.getByRole('checkbox', { name }).check()
  await button('Show who that is').click()
}

async function remove(...names: string[]) {
  for (const name of names) await tick(name).check()
  await page.getByRole('region', { name: 'Selected people' }).getByText('selected').waitFor()
  await button('Remove').click()
  await question().waitFor()
}

describe('who has gone quiet', () => {
  it('is nobody as long as PUM has not been watching itself', async () => {
    await page.goto(`${house.url}/users/purge`)
    await judged('hugo').getByText('Stays').waitFor()
    await page.getByText(/^0 people would be removed/).waitFor()
    expect(await tick('hugo').count()).toBe(0)
  })

  it('is told with the reason, once the server’s own history counts', async () => {
    await show('Forget when somebody joined', "Count the server's own history too")
    await page.waitForURL(/count_imported=true/)
    await judged('hugo').getByText('Would be removed').waitFor()
    await judged('hugo').getByText('Has not streamed for that long.').waitFor()
    await judged('hugo').getByText('200', { exact: true }).waitFor()
    await judged('jette').getByText('Has streamed not long ago.').waitFor()
    await judged('sam').getByText('Is in your Plex Home.').waitFor()
    await page.getByText(/^2 people would be removed/).waitFor()
    await everywhere(page, 'purge-preview')
  })

  it('is shown apart from who stays, and for other terms', async () => {
    await page.getByText('Would be removed', { exact: true }).first().click()
    await page.waitForURL(/verdict=purge/)
    await expect.poll(() => judged('jette').count()).toBe(0)
    await on(page).field('Idle for at least').fill('180')
    await button('Show who that is').click()
    await expect.poll(() => judged('ida').count()).toBe(0)
    await judged('hugo').waitFor()
    await on(page).field('Idle for at least').fill('3')
    await button('Show who that is').click()
    await page.getByText('Enter a whole number from 7 to 3650.').waitFor()
    await on(page).field('Idle for at least').fill('90')
    await button('Show who that is').click()
    await judged('ida').waitFor()
  })
})

describe('letting somebody go', () => {
  it('asks by name, and can be taken back', async () => {
    await remove('hugo', 'ida')
    await question().getByText('hugo').waitFor()
    await everywhere(page, 'purge-question')
    await question().getByRole('button', { name: 'Remove 2 people' }).click()
    await page.getByText('2 people will be removed').waitFor()
    await button('Undo').click()
    await page.getByText('Taken back: nobody else is removed').waitFor()
    await page.waitForTimeout(11_000)
    for (const name of ['hugo', 'ida']) {
      expect(await stateOf(admin, name)).toBe('active')
      expect(await sharesOf(house.plex, name)).toHaveLength(1)
    }
  })

  it('takes away their access at Plex, and nobody else’s', async () => {
    await remove('hugo')
    await question().getByRole('button', { name: 'Remove 1 person' }).click()
    const toast = page.locator('.toast').filter({ hasText: '1 person will be removed' })
    // It stays for as long as the pointer is on it.
    await toast.hover()
    await until('hugo to go', async () => (await stateOf(admin, 'hugo')) === 'removed')
    await toast.getByRole('button', { name: 'Undo' }).click()
    const late = page.locator('.toast').filter({ hasText: '1 person is being removed already' })
    await late.getByLabel('Close').click()
    expect(await sharesOf(house.plex, 'hugo')).toEqual([])
    expect(await sharesOf(house.plex, 'ida')).toHaveLength(1)
    expect(await stateOf(admin, 'ida')).toBe('active')
    // The page has heard of it.
    await expect.poll(() => judged('hugo').count()).toBe(0)
    await judged('ida').waitFor()
  })
})

describe('the rehearsal', () => {
  it('says who would have gone in the past year, and who came back', async () => {
    await page.getByText('Rehearsal', { exact: true }).click()
    await page.getByText(/^These rules would have removed \d+ people$/).waitFor()
    await page.getByText(/\d of them watched again within 30 days/).waitFor()
    await page.getByText("The server's own history reaches back to").waitFor()
    await replayed('jette').getByText('Watched again after 20 days').waitFor()
    await replayed('ida').getByText('Did not watch again').waitFor()
    await everywhere(page, 'purge-rehearsal')
  })

  it('waits after the warning as the clock does', async () => {
    const when = () => replayed('ida').getByRole('cell').nth(1).textContent()
    const before = await when()
    await on(page).field('Days after a warning').fill('30')
    await button('Show who that is').click()
    await page.waitForURL(/wait=30/)
    await expect.poll(when).not.toBe(before)
    await on(page).field('Days after a warning').fill('91')
    await button('Show who that is').click()
    await page.getByText('Enter a whole number from 0 to 90.').waitFor()
  })
})

describe('the clock', () => {
  it('is told by the settings to do this, and pauses', async () => {
    await page.getByRole('link', { name: 'Do this by the clock' }).click()
    await on(page).field('Let quiet people go by the clock').selectOption('On')
    await button('Save changes').click()
    await page.getByText('Settings saved').waitFor()
    await page.goto(`${house.url}/users/purge`)
    await page.getByText('Next run').waitFor()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Do this by the clock' }).click()
    await on(page).field('Let quiet people go by the clock').selectOption('Paused')
    await on(page).field('At most each night').fill('2')
    await button('Save changes').click()
    await page.getByText('Settings saved').waitFor()
    await page.goto(`${house.url}/users/purge`)
    await page.getByText('Paused', { exact: true }).waitFor()
    await page.getByText('0 people are warned').waitFor()
    expect(await page.getByText('Next run').count()).toBe(0)
    const { mode } = await admin.call<Schemas['PurgeSchedule']>('GET', '/purge/schedule')
    expect(mode).toBe('paused')
    await everywhere(page, 'purge-paused')
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })

  it('no secret has come to light', async () => {
    expect(await house.leaks()).toEqual([])
  })
})
