// Plex and PUM say different things: somebody was given more, has gone, or seems to have gone with many others.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { components } from '../src/api/schema.d.ts'
import {
  addMembers,
  askFake,
  type Caller,
  libraryCount,
  met,
  setUp,
  stateOf,
  until,
} from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { everywhere, on, signIn } from './steps.ts'

type Schemas = components['schemas']

const PEOPLE = ['anna', 'ben', 'chloe', 'dana', 'emil', 'finn']

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  await addMembers(house.plex, PEOPLE, ['Movies', 'Music'])
  admin = (await setUp(house)).admin
  await met(admin, 'finn')
  await admin.call('PATCH', '/settings', { drift_policy: 'ask' })
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  page.setDefaultTimeout(20_000)
  await signIn(page, house)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const button = (name: string | RegExp) => on(page).button(name)
// What a toast says passes by.
const dialog = () => page.locator('[role=dialog]:not(.toast)')
const toasts = () => page.locator('.toast')
const question = () => page.getByRole('alertdialog')
const row = (name: string) => page.getByRole('row').filter({ hasText: name })

/** Has PUM look at Plex; answers what it wrote down. */
async function sync() {
  const { sync_id } = await admin.call<Schemas['Sync']>('POST', '/users/sync')
  return until('A sync', async () => {
    const found = await admin.call<Schemas['Sync']>('GET', `/users/syncs/${sync_id}`)
    return found.finished_at ? found : null
  })
}

const librariesOf = (name: string) => libraryCount(house.plex, name)

describe('access that was changed at Plex by hand', () => {
  it('shows in the list as it is now and as it is wanted', async () => {
    const byHand = (account: string, libraries: string[]) =>
      askFake(house.plex, 'POST', 'people/libraries', { account, libraries })
    await byHand('anna', ['Movies', 'Music', 'Kids'])
    await byHand('ben', ['Movies'])
    await sync()
    await page.goto(`${house.url}/users`)
    await row('anna').getByText('Differs at Plex').waitFor()
    await row('anna').getByText('Now: Movies, Kids and Music').waitFor()
    await row('anna').getByText('Wanted: Movies and Music').waitFor()
    expect(await row('chloe').getByText('Wanted').count()).toBe(0)
    await everywhere(page, 'drift-list')
  })

  it('is accepted from the list', async () => {
    await button('Actions for anna').click()
    await on(page).item('Settle the difference').click()
    await dialog().getByText('Sees more libraries at Plex than wanted.').waitFor()
    await everywhere(page, 'drift-question')
    await dialog().getByRole('button', { name: 'Accept what Plex shows' }).click()
    await page.getByText('anna: what Plex shows is wanted now').waitFor()
    await row('anna').getByText('Movies, Kids and Music').waitFor()
    await expect.poll(() => row('anna').getByText('Differs at Plex').count()).toBe(0)
    expect(await librariesOf('anna')).toBe(3)
  })

  it('is put back from the profile', async () => {
    await button('ben').click()
    await dialog().getByText('Sees fewer libraries at Plex than wanted.').waitFor()
    await dialog().getByRole('button', { name: 'Decide' }).click()
    const ours = page.getByRole('button', { name: 'Apply ours again' })
    await ours.click()
    await page.getByText('ben: PUM applies what is wanted again').waitFor()
    await until('Plex', async () => (await librariesOf('ben')) === 2)
    await expect.poll(() => dialog().getByText('Differs at Plex').count()).toBe(0)
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })
})

describe('somebody who is not at Plex any more', () => {
  it('is marked at the first look, and nothing is taken away yet', async () => {
    await askFake(house.plex, 'POST', 'people/leave', { account: 'chloe' })
    expect((await sync()).missing).toBe(1)
    await row('chloe').getByText('Not found at Plex').waitFor()
    await row('chloe').getByText('Active').waitFor()
    await button('chloe').click()
    await dialog().getByText('A second look').waitFor()
    await expect.poll(() => toasts().count(), { timeout: 15_000 }).toBe(0)
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })
})

describe('too many who have gone at once', () => {
  // Whoever was changed a moment ago is left alone by a sync.
  const GONE = PEOPLE.slice(2)
  const list = () => page.getByRole('list', { name: 'People who would be removed' })
  const namesOf = () => list().getByRole('link').allTextContents()
  let held: Schemas['Sync']

  it('wait for somebody to look at exactly them', async () => {
    for (const account of GONE.filter((name) => name !== 'chloe'))
      await askFake(house.plex, 'POST', 'people/leave', { account })
    expect((await sync()).missing).toBeGreaterThan(0)
    // The second look has to be ten minutes after the first.
    house.amend('UPDATE users SET missing_since_at = missing_since_at - 660000')
    held = await sync()
    expect(held.state).toBe('needs_confirmation')
    await page.goto(`${house.url}/users/syncs/${held.sync_id}`)
    await page.getByText('4 people would be removed').waitFor()
    expect((await namesOf()).sort()).toEqual(GONE)
    await everywhere(page, 'held')
  })

  it('stay as long as nobody has confirmed it', async () => {
    for (const name of GONE) expect(await stateOf(admin, name)).toBe('active')
  })

  it('and go when they are confirmed, but for who has come back', async () => {
    await askFake(house.plex, 'POST', 'friends', { a: 'finn', b: String(house.plex.owner.id) })
    await askFake(house.plex, 'POST', 'shares', { account: 'finn', libraries: ['Movies', 'Music'] })
    await button('Remove 4 people').click()
    await question().waitFor()
    await everywhere(page, 'held-question')
    await question().getByRole('button', { name: 'Remove 4 people' }).click()
    await page.getByText('The removals are confirmed').waitFor()
    await question().waitFor({ state: 'detached' })
    await page.getByText('4 people would be removed').waitFor({ state: 'detached' })
    for (const name of GONE.filter((one) => one !== 'finn'))
      await until(`${name} to go`, async () => (await stateOf(admin, name)) === 'removed')
    expect(await stateOf(admin, 'finn')).toBe('active')
    await page.goto(`${house.url}/users?q=emil`)
    await row('emil').getByText('Removed').waitFor()
  })
})

describe('a clock that has jumped', () => {
  it('is told on every page, until an admin says that the time is right', async () => {
    const doubt = {
      detail: '',
      kind: 'clock_doubted',
      reason: 'jumped_ahead',
      retryable: false,
    } satisfies Schemas['Attention']
    let doubted = true
    await page.route(/\/api\/v1\/stats$/, async (route) => {
      const response = await route.fetch()
      const stats = (await response.json()) as Schemas['Stats']
      const attention = doubted ? [doubt] : []
      await route.fulfill({ response, json: { ...stats, attention } })
    })
    await page.goto(`${house.url}/invites`)
    await page.getByText('The clock has jumped ahead.').waitFor()
    await everywhere(page, 'clock')
    await button('Check the time').click()
    await question().getByText('Is the time right?').waitFor()
    await expectAccessible(page)
    doubted = false
    await question().getByRole('button', { name: 'The time is right' }).click()
    await page.getByText('The clock is trusted again').waitFor()
    await page.getByText('The clock has jumped ahead.').waitFor({ state: 'detached' })
    await page.unrouteAll({ behavior: 'wait' })
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })
})
