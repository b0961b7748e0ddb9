// The public page against the real binary and the fake Plex: from a link on a phone to a share.
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, askFake, type Caller, setUp, sharesOf, until } from './admin-api.ts'
import { expectAccessible, launch, type OpenPage, open, PHONE, shoot } from './browser.ts'
import { type House, programs, startHouse } from './house.ts'

let browser: Browser
let house: House
let admin: Caller
let libraries: Record<string, string>
const opened: OpenPage[] = []

beforeAll(async () => {
  if (!programs) return
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  house.witness.keep('the password', ADMIN.password)
  ;({ admin, libraries } = await setUp(house))
}, 120_000)
afterAll(() => Promise.all([browser?.close(), house?.stop()]))

afterEach(async () => {
  await askFake(house.plex, 'DELETE', 'faults')
  const complaints = opened.flatMap((one) => one.complaints)
  await Promise.all(opened.splice(0).map(({ page }) => page.context().close()))
  expect(complaints).toEqual([])
})

interface Invite {
  id: string
  code: string
  url: string
  uses: number
}

const createInvite = (body: object) =>
  admin.call<Invite>('POST', '/invites', {
    libraries: { mode: 'some', ids: [libraries.Movies, libraries.Music] },
    ...body,
  })

async function phone(invite: Invite, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const look = { viewport: PHONE, hasTouch: true, colorScheme }
  const one = await open(browser, look, house.witness)
  opened.push(one)
  await one.page.goto(invite.url)
  return one.page
}

const heading = (page: Page, name: RegExp) => page.getByRole('heading', { level: 1, name })

/** From the first screen to "Is this you?", by way of the fake's sign-in page. */
async function signIn(page: Page, account: string) {
  await page.getByRole('button', { name: 'Sign in with Plex' }).click()
  await page.getByTestId(`plex-account-${account}`).click()
}

async function accept(page: Page) {
  await heading(page, /Is this you/).waitFor()
  await page.getByRole('button', { name: 'Accept invitation' }).click()
}

describe.runIf(programs)('an invite', () => {
  it('becomes a share, and the page can be opened again afterwards', async () => {
    const invite = await createInvite({ label: 'Film night', max_uses: 1, membership_days: 30 })
    const page = await phone(invite)
    await heading(page, /seat is saved/).waitFor()
    await page.getByText('Movies', { exact: true }).waitFor()
    expect(await page.getByText('TV Shows', { exact: true }).count()).toBe(0)
    await expectAccessible(page)

    await signIn(page, 'anna')
    await heading(page, /Is this you/).waitFor()
    await page.getByText('anna', { exact: true }).waitFor()
    await expectAccessible(page)
    await accept(page)
    await heading(page, /You’re in/).waitFor()
    await expectAccessible(page)
    await shoot(page, 'real-done')

    const shares = await sharesOf(house.plex, 'anna')
    expect(shares).toHaveLength(1)
    expect(shares[0]?.accepted_at).not.toBeNull()

    // The only use is spent, by this browser: it still sees how it went, and for which server.
    await page.reload()
    await heading(page, /You’re in/).waitFor()
    await page.getByText('Aurora').first().waitFor()

    // To everybody else the link says why it admits nobody.
    const stranger = await phone(invite, 'dark')
    await heading(stranger, /seat is taken/).waitFor()
    await expectAccessible(stranger)
  })

  it('tells somebody who is in already, and spends nothing', async () => {
    const invite = await createInvite({ max_uses: 3 })
    const page = await phone(invite)
    await signIn(page, 'mia.berger')
    await accept(page)
    await heading(page, /already have access/).waitFor()
    await until('Giving the seat back', async () => {
      const { uses } = await admin.call<Invite>('GET', `/invites/${invite.id}`)
      return uses === 0
    })
  })

  it('turns the owner and the members of the Home away, each with the reason', async () => {
    const page = await phone(await createInvite({}))
    await signIn(page, 'olivia')
    await page.getByText('the account that owns the server').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Use another account' }).click()
    await page.getByTestId('plex-account-sam').click()
    await page.getByText('Plex Home').waitFor()
    await page.getByRole('button', { name: 'Use another account' }).click()
    await page.getByTestId('plex-account-ben').click()
    await heading(page, /Is this you/).waitFor()
  })
})

describe.runIf(programs)('on the way', () => {
  it('cancelling at Plex loses nothing', async () => {
    const page = await phone(await createInvite({}))
    await page.getByRole('button', { name: 'Sign in with Plex' }).click()
    await page.getByTestId('plex-cancel').click()
    await heading(page, /Finish signing in/).waitFor()
    await page.getByRole('link', { name: 'Continue at Plex' }).click()
    await page.getByTestId('plex-account-chloe').click()
    await heading(page, /Is this you/).waitFor()
    await page.getByText('chloe', { exact: true }).waitFor()
  })

  it('an outage of Plex is waited out, and said', async () => {
    const page = await phone(await createInvite({}))
    await signIn(page, 'david')
    await heading(page, /Is this you/).waitFor()
    await askFake(house.plex, 'POST', 'faults', { kind: 'status', status: 503, on: 'create_share' })
    await accept(page)
    await page.getByText('Plex isn’t answering').first().waitFor()
    await expectAccessible(page)
    await askFake(house.plex, 'DELETE', 'faults')
    await heading(page, /You’re in/).waitFor({ timeout: 45_000 })
    expect(await sharesOf(house.plex, 'david')).toHaveLength(1)
  })

  it('changed terms are shown before they are accepted', async () => {
    const invite = await createInvite({ allow_downloads: false })
    const page = await phone(invite)
    await signIn(page, 'elif')
    await heading(page, /Is this you/).waitFor()
    await admin.call('PATCH', `/invites/${invite.id}`, { allow_downloads: true })
    await page.getByRole('button', { name: 'Accept invitation' }).click()
    await page.getByText('has changed this invitation').waitFor()
    await page.getByText('Downloads for offline are allowed').waitFor()
    await page.getByRole('button', { name: 'Accept the new terms' }).click()
    await heading(page, /You’re in/).waitFor()
  })
})

describe.runIf(programs)('a link that leads nowhere', () => {
  it('is told apart: unknown and paused', async () => {
    const invite = await createInvite({})
    const page = await phone({ ...invite, url: `${house.url}/invite/no-such-invite` })
    await heading(page, /know this link/).waitFor()
    await admin.call('POST', `/invites/${invite.id}/pause`)
    await page.goto(invite.url)
    await heading(page, /on a break/).waitFor()
    await admin.call('POST', `/invites/${invite.id}/resume`)
    await page.getByRole('button', { name: 'Try again' }).click()
    await heading(page, /seat is saved/).waitFor()
  })
})

describe.runIf(programs)('afterwards', () => {
  it('no secret has come to light', async () => {
    expect(await house.leaks()).toEqual([])
    expect(house.witness.count('a Plex token')).toBeGreaterThan(5)
    expect(house.witness.count('a cookie')).toBeGreaterThan(5)
  })
})
