// What goes wrong while somebody works: a request that fails or hangs, another admin who was quicker.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMembers, type Caller, met, setUp } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { everywhere, on, signIn } from './steps.ts'

// More than one page of the list.
const MANY = 55
const PEOPLE = Array.from({ length: MANY }, (_, index) => `guest${String(index).padStart(2, '0')}`)

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  await addMembers(house.plex, PEOPLE, ['Movies', 'Music'])
  admin = (await setUp(house)).admin
  await met(admin, 'guest54')
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  page.setDefaultTimeout(20_000)
  await signIn(page, house)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const button = (name: string | RegExp) => on(page).button(name)
const field = (name: string) => on(page).field(name)
const stale = () => page.getByText('What you see could not be refreshed.')

/** Lets what reads this address fail until the answer is called; a refusal is not tried again. */
async function failing(address: RegExp): Promise<() => Promise<void>> {
  await page.route(address, (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ status: 400, json: { title: 'Broken', status: 400, code: 'broken' } })
      : route.fallback(),
  )
  return () => page.unroute(address)
}

async function idOf(name: string) {
  const { items } = await admin.call<{ items: { id: string }[] }>('GET', `/users?q=${name}`)
  const [user] = items
  if (!user) throw new Error(`nobody is called ${name}`)
  return user.id
}

describe('a page that cannot be read anew', () => {
  it('keeps a form with what was typed, says how old it is, and tries again', async () => {
    const id = await idOf('guest01')
    await page.goto(`${house.url}/users/${id}/edit`)
    await field('Notes').fill('Plays the cello.')
    const works = await failing(new RegExp(`/api/v1/users/${id}$`))
    // The hint about it has the page read the person anew.
    await admin.call('PATCH', `/users/${id}`, { tags: ['neighbours'] })
    await stale().waitFor()
    expect(await field('Notes').inputValue()).toBe('Plays the cello.')
    await everywhere(page, 'stale')
    await works()
    await page.getByRole('status').getByRole('button', { name: 'Try again' }).click()
    await stale().waitFor({ state: 'detached' })
    expect(await field('Notes').inputValue()).toBe('Plays the cello.')
  })

  it('keeps the rows when the next ones do not come', async () => {
    await page.goto(`${house.url}/users?sort=username`)
    await page.getByRole('row').filter({ hasText: 'guest01' }).waitFor()
    const works = await failing(/\/api\/v1\/users\?.*cursor=/)
    await page.mouse.wheel(0, 20_000)
    await button('Load more').or(button('Try again')).last().scrollIntoViewIfNeeded()
    await page.getByText('The next rows did not come.').waitFor()
    expect(await page.getByRole('row').count()).toBeGreaterThan(40)
    expect(await stale().count()).toBe(0)
    await expectAccessible(page)
    await works()
    await button('Try again').click()
    await expect.poll(() => page.getByRole('row').count()).toBeGreaterThan(50)
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })
})
