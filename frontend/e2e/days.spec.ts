// Days end where the server says, wherever the people are who read of them. Between this server and its admin lies
// more than a day: they never have the same date.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMembers, type Caller, met, setUp } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open, PHONE, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { signIn } from './steps.ts'

const ZONE = 'Pacific/Pago_Pago'
const DAY = '2031-11-30'

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]
let hugo: string
let invite: { id: string; url: string }

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  await addMembers(house.plex, ['hugo'], ['Movies'])
  admin = (await setUp(house)).admin
  hugo = await met(admin, 'hugo')
  await admin.call('PATCH', '/settings', { time_zone: ZONE })
  await admin.call('PATCH', `/users/${hugo}`, { access_expires_on: DAY })
  invite = await admin.call('POST', '/invites', {
    label: 'Film night',
    libraries: { mode: 'all' },
    expires_on: DAY,
  })
  ;({ page, complaints } = await open(
    browser,
    { viewport: DESKTOP, timezoneId: 'Pacific/Kiritimati' },
    house.witness,
  ))
  page.setDefaultTimeout(20_000)
  await signIn(page, house)
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

/** The page names the day, and no other. */
async function expectDay(where: Page) {
  await where
    .getByText(/30 Nov 2031/)
    .first()
    .waitFor()
  await expect.poll(() => where.locator('[aria-busy=true]').count()).toBe(0)
  expect(await where.getByText(/(29 Nov|[12] Dec) 2031/).count()).toBe(0)
}

describe('the last day of access', () => {
  it.each([
    ['the list', () => '/users'],
    ['the drawer', () => `/users?user=${hugo}`],
    ['the profile', () => `/users/${hugo}`],
  ])('is the same in %s', async (_, path) => {
    await page.goto(`${house.url}${path()}`)
    await expectDay(page)
  })

  it('is what the form shows', async () => {
    await page.goto(`${house.url}/users/${hugo}/edit`)
    await expect.poll(() => page.locator('input[type=date]').inputValue()).toBe(DAY)
  })
})

describe('the last day of a link', () => {
  it('is the same in the list and on its page', async () => {
    for (const path of ['/invites', `/invites/${invite.id}`]) {
      await page.goto(`${house.url}${path}`)
      await expectDay(page)
    }
    await expectAccessible(page)
  })

  it('is what the guest reads, wherever they are', async () => {
    const guest = await open(
      browser,
      { viewport: PHONE, timezoneId: 'Europe/Berlin' },
      house.witness,
    )
    await guest.page.goto(invite.url)
    await expectDay(guest.page)
    await shoot(guest.page, 'days-guest')
    expect(guest.complaints).toEqual([])
    await guest.page.context().close()
  })
})

describe('the days of the history', () => {
  it('are the server’s', async () => {
    const today = new Intl.DateTimeFormat('sv', { timeZone: ZONE }).format(new Date())
    await page.goto(`${house.url}/history?from=${today}&to=${today}`)
    await page
      .getByText(/Film night/)
      .first()
      .waitFor()
    await page.goto(`${house.url}/history?to=2001-01-01`)
    await page.getByText('Nothing matches').waitFor()
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })
})
