// Many people at once: looked at first, then changed one by one, with what became of each.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addMembers,
  askFake,
  type Caller,
  countOf,
  libraryCount,
  met,
  readShares,
  setUp,
  sharesOf,
  until,
} from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open, PHONE, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { on, signIn } from './steps.ts'

// So many that "all of them" is much more than what is loaded.
const MANY = 300
const CROWD = Array.from({ length: MANY }, (_, number) => `crowd${String(number).padStart(3, '0')}`)
const FEW = ['anna', 'ben', 'chloe', 'basil']

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  await addMembers(house.plex, FEW, ['Movies', 'Music'])
  await addMembers(house.plex, CROWD, ['Movies'])
  await askFake(house.plex, 'POST', 'people/join-home', { account: 'basil' })
  admin = (await setUp(house)).admin
  await met(admin, CROWD.at(-1) ?? '')
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  page.setDefaultTimeout(20_000)
  await signIn(page, house)
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const button = (name: string | RegExp) => on(page).button(name)
const dialog = () => page.getByRole('dialog')
const press = (name: string | RegExp) => dialog().getByRole('button', { name }).click()
/** What the dialog says about one person. */
const line = (name: string) => dialog().getByRole('listitem').filter({ hasText: name })

const librariesOf = (name: string) => libraryCount(house.plex, name)

describe('those who are ticked', () => {
  it('are looked at first: what would change, who is refused, and why', async () => {
    await page.goto(`${house.url}/users`)
    for (const name of FEW) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByText('4 selected').waitFor()
    await expectAccessible(page)
    await shoot(page, 'bulk-bar')
    await button('Libraries').click()
    await dialog().getByRole('checkbox', { name: 'Kids' }).check()
    await press('Preview')
    await line('anna').getByText('Changes', { exact: true }).waitFor()
    await line('anna').getByText('Movies, Kids and Music').waitFor()
    await line('basil').getByText('Refused').waitFor()
    await line('basil').getByText('Home').waitFor()
    await expectAccessible(page)
    await shoot(page, 'bulk-preview')
    expect(await librariesOf('chloe')).toBe(2)
  })

  it('are changed one by one; who failed is tried again', async () => {
    const [share] = await sharesOf(house.plex, 'ben')
    const fault = { kind: 'status', status: 403, on: 'writes', containing: `/${share?.id}` }
    await askFake(house.plex, 'POST', 'faults', fault)
    await press('Do it for 3')
    await dialog().getByText('4 of 4 gone through').waitFor()
    await dialog().getByText('Done: 2').waitFor()
    await line('ben').getByText('Failed').waitFor()
    await line('ben').getByText('Plex said no.').waitFor()
    await line('basil').getByText('Home').waitFor()
    await expectAccessible(page)
    await shoot(page, 'bulk-failed')
    expect([await librariesOf('anna'), await librariesOf('ben')]).toEqual([3, 2])

    await askFake(house.plex, 'DELETE', 'faults')
    await press('Try 1 again')
    await dialog().getByText('Done: 3').waitFor()
    expect(await librariesOf('ben')).toBe(3)
  })

  it('can be followed by whoever has the address, and on a phone', async () => {
    expect(page.url()).toContain('bulk=')
    await page.setViewportSize(PHONE)
    await page.reload()
    await dialog().getByText('4 of 4 gone through').waitFor()
    await expectAccessible(page)
    await shoot(page, 'bulk-phone')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('bulk=')
    await page.getByRole('checkbox', { name: 'Select anna' }).check()
    await page.getByText('1 selected').waitFor()
    // There is no head of a table to tick everybody in.
    await button(/^Select all \d+$/).waitFor()
    await expectAccessible(page)
    await shoot(page, 'bulk-bar-phone')
    await page.setViewportSize(DESKTOP)
  })
})

describe('everybody who fits the filters', () => {
  it('is more than what is loaded', async () => {
    await page.goto(`${house.url}/users?q=crowd`)
    await page.getByRole('checkbox', { name: 'Select everybody shown' }).check()
    await button(`Select all ${MANY}`).click()
    await page.getByText(`${MANY} selected`).waitFor()
    await button('Actions for the selected people').click()
    await on(page).item('Tags').click()
    await press('Preview')
    await dialog().getByText('Name at least one tag.').waitFor()
    await dialog().getByLabel('Which tags').fill('summer')
    await press('Preview')
    await dialog().getByText(`of the first 50 of ${MANY};`).waitFor()
    await dialog().getByText('Changes: 50').waitFor()
    await expectAccessible(page)
    await shoot(page, 'bulk-preview-many')
    await press('Load more')
    await dialog().getByText('Changes: 100').waitFor()
    await press(`Do it for up to ${MANY}`)
    await dialog().getByText(`${MANY} of ${MANY} gone through`).waitFor()
    await dialog().getByText(`Done: ${MANY}`).waitFor()
    // Not all of them at once.
    expect(await dialog().getByRole('list').last().getByRole('listitem').count()).toBe(50)
    const { total } = await admin.call<{ total: number }>('GET', '/users?tag=summer')
    expect(total).toBe(MANY)
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('goes on by itself', async () => {
    await askFake(house.plex, 'POST', 'faults', { kind: 'hold', on: 'writes' })
    await page.goto(`${house.url}/users?tag=summer`)
    await page.getByRole('checkbox', { name: 'Select everybody shown' }).check()
    await button(`Select all ${MANY}`).click()
    await button('Libraries').click()
    await dialog().getByRole('checkbox', { name: 'Kids' }).check()
    await press('Preview')
    await press(`Do it for up to ${MANY}`)
    await dialog().getByText('Under way:').waitFor()
    await shoot(page, 'bulk-running')
  })

  it('can be left and found again', async () => {
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    await page.goto(`${house.url}/users`)
    await page.getByText('A change of many people is under way').waitFor()
    await page.getByText(`0 of ${MANY} gone through`).waitFor()
    await expectAccessible(page)
    await shoot(page, 'bulk-notice')
    await button('Show how it goes').click()
    await dialog().getByText('Under way:').waitFor()
  })

  it('can be stopped half-way: who has not begun stays as they were', async () => {
    await press('Stop')
    await dialog().getByText('Not begun:').waitFor()
    await dialog()
      .getByText(/^Stopped after/)
      .waitFor()
    await askFake(house.plex, 'DELETE', 'faults')
    await until(
      'What had begun',
      async () => (await dialog().getByText('Under way:').count()) === 0,
    )
    await expectAccessible(page)
    await shoot(page, 'bulk-stopped')
    const shares = await readShares(house.plex)
    const now = CROWD.map((name) => countOf(shares(name)))
    const changed = now.filter((count) => count === 2).length
    expect(changed).toBeGreaterThan(0)
    expect(now.filter((count) => count === 1)).toHaveLength(MANY - changed)
    await dialog().getByText(`Stopped after ${changed} of ${MANY}`).waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    // It is over, and has been seen to be.
    await page.reload()
    await page.getByRole('checkbox', { name: 'Select everybody shown' }).waitFor()
    expect(await button('Show how it goes').count()).toBe(0)
  })
})

describe('what was done to many', () => {
  it('is told in the history, with the way to how it went', async () => {
    await page.goto(`${house.url}/history?type=bulk.started`)
    const begun = page.getByRole('row').filter({ hasText: 'Change of many users begun' })
    await begun.filter({ hasText: 'Add tags' }).waitFor()
    await begun.first().getByText('Add libraries', { exact: true }).waitFor()
    await begun.first().getByRole('link').click()
    await dialog().getByText('What to do').waitFor()
    await dialog().getByRole('link', { name: 'Show how it went' }).click()
    await dialog()
      .getByText(/^Stopped after/)
      .waitFor()
    await page.goto(`${house.url}/history?type=user.updated&q=anna`)
    await page.getByRole('link', { name: 'User edited' }).first().click()
    await dialog().getByText('Part of a change of many users.').waitFor()
    await expectAccessible(page)
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })
})
