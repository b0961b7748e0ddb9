// Plex and PUM say different things: somebody was given more, has gone, or seems to have gone with many others.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { components } from '../src/api/schema.d.ts'
import { addMembers, askFake, type Caller, met, setUp, sharesOf, until } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open, PHONE, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { on, signIn } from './steps.ts'

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

async function librariesOf(name: string): Promise<number> {
  const [share] = await sharesOf(house.plex, name)
  return share?.shared === 'all' ? Number.POSITIVE_INFINITY : (share?.shared.sections.length ?? 0)
}

/** The page as it is on every kind of screen. */
async function everywhere(name: string) {
  for (const [device, viewport] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0)
      await expectAccessible(page)
      await shoot(page, `${name}-${device}-${colorScheme}`)
    }
  await page.setViewportSize(DESKTOP)
}

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
    await everywhere('drift-list')
  })

  it('is accepted from the list', async () => {
    await button('Actions for anna').click()
    await on(page).item('Settle the difference').click()
    await dialog().getByText('Sees more libraries at Plex than wanted.').waitFor()
    await everywhere('drift-question')
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

// The second look has to be ten minutes after the first, and no clock can be turned here: from here on the pages
// get the server's own answers with what they would say then.
describe('too many who have gone at once', () => {
  const people = PEOPLE.slice(1).map((name) => ({
    user_id: name,
    name,
    reason: 'left_plex' as const,
  }))
  const held = {
    budget: 3,
    list_id: 'the-list',
    people,
    since: '2026-11-22T16:05:06.400Z',
    total: people.length,
    users: PEOPLE.length,
  } satisfies Schemas['HeldRemovals']
  let asked: unknown

  it('wait for somebody to look at exactly them', async () => {
    const { sync_id } = await sync()
    const own = new RegExp(`/api/v1/users/syncs/${sync_id}$`)
    await page.route(own, async (route) => {
      const response = await route.fetch()
      const sync = (await response.json()) as Schemas['Sync']
      const change = asked ? {} : { state: 'needs_confirmation', needs_confirmation: held }
      await route.fulfill({ response, json: { ...sync, ...change } })
    })
    await page.route(/\/syncs\/[^/]+\/confirm$/, async (route) => {
      asked = route.request().postDataJSON()
      await route.fulfill({ status: 202, json: await admin.call('GET', `/users/syncs/${sync_id}`) })
    })
    await page.goto(`${house.url}/users/syncs/${sync_id}`)
    await page.getByText('5 people would be removed').waitFor()
    const list = page.getByRole('list', { name: 'People who would be removed' })
    expect(await list.getByRole('listitem').count()).toBe(5)
    await everywhere('held')
  })

  it('and go when they are confirmed', async () => {
    await button('Remove 5 people').click()
    await question().waitFor()
    await everywhere('held-question')
    await question().getByRole('button', { name: 'Remove 5 people' }).click()
    await question().waitFor({ state: 'detached' })
    expect(asked).toEqual({ list_id: 'the-list' })
    await page.getByText('5 people would be removed').waitFor({ state: 'detached' })
    await page.unrouteAll({ behavior: 'wait' })
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
    await everywhere('clock')
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
