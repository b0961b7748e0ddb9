// What goes wrong while somebody works: a request that fails or hangs, another admin who was quicker.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMembers, type Caller, met, setUp, stateOf, until } from './admin-api.ts'
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
const item = (name: string) => on(page).item(name)
// What a toast says passes by.
const dialog = () => page.locator('[role=dialog]:not(.toast)')
const question = () => page.getByRole('alertdialog')
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

/** Holds back what is asked of this address until the answer is called. */
async function held(address: RegExp): Promise<() => Promise<void>> {
  let go = () => {}
  const wait = new Promise<void>((resolve) => {
    go = resolve
  })
  await page.route(address, async (route) => {
    await wait
    await route.continue()
  })
  return async () => {
    go()
    await page.unrouteAll({ behavior: 'wait' })
  }
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
    await page.evaluate(() => scrollTo(0, 0))
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

describe('a request that is under way', () => {
  it('cannot be called off: no way to close the question looks as if it could', async () => {
    await page.goto(`${house.url}/users?q=guest02`)
    const go = await held(/\/api\/v1\/users\/[^/]+\/suspend$/)
    await button('Actions for guest02').click()
    await item('Suspend').click()
    await question().getByRole('button', { name: 'Suspend' }).click()
    await question().locator('[aria-busy=true]').waitFor()
    await page.keyboard.press('Escape')
    const cancel = question().getByRole('button', { name: 'Cancel' })
    expect(await cancel.isDisabled()).toBe(true)
    await expectAccessible(page)
    await go()
    await page.getByText('guest02 is being suspended').waitFor()
    await question().waitFor({ state: 'detached' })
  })

  it('and neither can many at once', async () => {
    await page.goto(`${house.url}/users?q=guest03`)
    await page.getByRole('checkbox', { name: 'Select guest03' }).check()
    await button('Actions for the selected people').click()
    await item('Tags').click()
    await dialog().getByLabel('Which tags').fill('choir')
    await dialog().getByRole('button', { name: 'Preview' }).click()
    const go = await held(/\/api\/v1\/users\/bulk$/)
    await dialog().getByRole('button', { name: 'Do it for 1' }).click()
    await dialog().locator('[aria-busy=true]').waitFor()
    await page.keyboard.press('Escape')
    for (const name of ['Close', 'Back'])
      expect(await dialog().getByRole('button', { name }).isDisabled()).toBe(true)
    await page.mouse.click(5, 5)
    await expectAccessible(page)
    await go()
    await dialog().getByText('1 of 1 gone through').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })
})

describe('Undo in a toast', () => {
  const toast = () => page.locator('.toast')

  async function remove(name: string) {
    await page.goto(`${house.url}/users?q=${name}`)
    await button(`Actions for ${name}`).click()
    await item('Remove').click()
    await question().getByRole('button', { name: 'Remove' }).click()
    await button('Undo').waitFor()
  }

  it('works when its page has been left, and says so', async () => {
    await remove('guest04')
    await page.getByRole('link', { name: 'Invites', exact: true }).first().click()
    await on(page).heading('Invites').waitFor()
    await button('Undo').click()
    await page.getByText('guest04 stays').waitFor()
    expect(await stateOf(admin, 'guest04')).toBe('active')
  })

  it('says that it is too late, and asks what asks for access anew', async () => {
    await remove('guest05')
    await page.getByRole('link', { name: 'Invites', exact: true }).first().click()
    await on(page).heading('Invites').waitFor()
    // A toast stays for as long as the pointer is on it.
    await toast().hover()
    await until('The removal', async () => (await stateOf(admin, 'guest05')) === 'removed')
    await button('Undo').click()
    await question().getByText('The removal has begun').waitFor()
    await question().getByText('it works at once').waitFor()
    await everywhere(page, 'undo-late')
    expect(await stateOf(admin, 'guest05')).toBe('removed')
    await question().getByRole('button', { name: 'Restore' }).click()
    await page.getByText('guest05 is being restored').waitFor()
    await until('The return', async () => (await stateOf(admin, 'guest05')) === 'active')
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })
})
