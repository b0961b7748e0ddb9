// The way through the invite page as a person goes it, against the stand-in.
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectAccessible, launch, open, PHONE } from './browser.ts'
import {
  CODE,
  fresh,
  invite,
  type Mock,
  ok,
  problem,
  redemption,
  signInScripts,
  startMock,
} from './invite-mock.ts'

let browser: Browser
let mock: Mock
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, mock] = await Promise.all([launch(), startMock()])
})
afterAll(() => Promise.all([browser?.close(), mock?.close()]))

beforeEach(async () => {
  mock.asked.length = 0
  mock.scripts = { ...fresh(), ...signInScripts(mock) }
  ;({ page, complaints } = await open(browser, { viewport: PHONE, hasTouch: true }))
})
afterEach(async () => {
  expect(complaints).toEqual([])
  await page.context().close()
})

const arrive = () => page.goto(`${mock.url}/invite/${CODE}`)
const heading = (name: RegExp) => page.getByRole('heading', { level: 1, name })
const button = (name: string) => page.getByRole('button', { name })
const asked = (operation: string) => mock.asked.filter((one) => one.operation === operation)
const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')

describe('joining', () => {
  it('goes from the link to “You’re in”, by way of Plex', async () => {
    await arrive()
    await button('Sign in with Plex').click()
    await page.waitForURL(`${mock.plexUrl}/auth**`)
    expect(asked('POST plex/pin')[0]?.body).toEqual({
      pin_id: '308667304',
      code: 'abcdefghijklmnopqrstuvwxy',
    })

    mock.scripts['GET redemption'] = ok(redemption('open', { plex_sign_in: 'attached' }))
    mock.scripts['POST plex/complete'] = [
      problem(409, 'plex_sign_in_pending'),
      ok(redemption('ready')),
    ]
    await arrive()
    await heading(/Is this you/).waitFor()
    expect(await focused()).toBe('Is this you?')
    await expect.poll(() => page.title()).toContain('Is this you?')

    mock.scripts['POST accept'] = ok(redemption('seat_taken'), 202)
    mock.scripts['GET redemption'] = [
      ok(redemption('seat_taken', { reason: 'plex_unavailable' })),
      ok(redemption('invited')),
      ok(redemption('done')),
    ]
    await button('Accept invitation').click()
    await heading(/Getting your seat/).waitFor()
    await heading(/You’re in/).waitFor()
    expect(await page.getByRole('link', { name: 'Open Plex' }).getAttribute('href')).toBe(
      'https://app.plex.tv',
    )
    expect(asked('POST accept')).toHaveLength(1)
  })

  it('needs no mouse', async () => {
    await arrive()
    await heading(/seat is saved/).waitFor()
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('Sign in with Plex')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${mock.plexUrl}/auth**`)
  })

  it('comes back to where it was by the browser’s own Back', async () => {
    await arrive()
    await button('Sign in with Plex').click()
    await page.waitForURL(`${mock.plexUrl}/auth**`)
    mock.scripts['GET redemption'] = ok(redemption('open', { plex_sign_in: 'attached' }))
    mock.scripts['POST plex/complete'] = problem(409, 'plex_sign_in_pending')
    await page.goBack()
    await heading(/Finish signing in/).waitFor()
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Continue at Plex' }).click()
    await page.waitForURL(`${mock.plexUrl}/auth**`)
  })

  it('shows new terms before they are accepted', async () => {
    mock.scripts['GET redemption'] = ok(redemption('ready'))
    mock.scripts['POST accept'] = [
      problem(409, 'invite_changed'),
      ok(redemption('seat_taken'), 202),
    ]
    await arrive()
    await heading(/Is this you/).waitFor()
    mock.scripts['GET invite'] = ok(invite({ invite_version: 2, membership_days: 7 }))
    await button('Accept invitation').click()
    await page.getByRole('alert').getByText('has changed this invitation').waitFor()
    await page.getByText('Access for 7 days').waitFor()
    await expectAccessible(page)
    mock.scripts['GET redemption'] = ok(redemption('done'))
    await button('Accept the new terms').click()
    await heading(/You’re in/).waitFor()
    expect(asked('POST accept').map((one) => one.body)).toMatchObject([
      { invite_version: 1 },
      { invite_version: 2 },
    ])
  })

  it('keeps a turned-away account apart from the link', async () => {
    mock.scripts['GET redemption'] = ok(redemption('open', { plex_sign_in: 'attached' }))
    mock.scripts['POST plex/complete'] = problem(403, 'owner_account')
    await arrive()
    await heading(/can’t join/).waitFor()
    await button('Use another account').click()
    await page.waitForURL(`${mock.plexUrl}/auth**`)
  })
})

describe('trouble', () => {
  it('at plex.tv is told beside the button, which works again', async () => {
    await page.route(`${mock.plexUrl}/**`, (route) => route.abort())
    await arrive()
    await button('Sign in with Plex').click()
    await page.getByRole('alert').getByText('couldn’t reach plex.tv').waitFor()
    await expectAccessible(page)
    await page.unroute(`${mock.plexUrl}/**`)
    await button('Sign in with Plex').click()
    await page.waitForURL(`${mock.plexUrl}/auth**`)
  })

  it('with the connection ends by itself when it is back', async () => {
    const cut = { status: 0, body: null }
    mock.scripts = { 'GET invite': cut, 'GET redemption': cut }
    await arrive()
    await heading(/isn’t answering/).waitFor()
    mock.scripts = fresh()
    await page.context().setOffline(true)
    await page.context().setOffline(false)
    await heading(/seat is saved/).waitFor()
  })

  it('on the way is waited out, and said', async () => {
    mock.scripts['GET redemption'] = [
      ok(redemption('seat_taken')),
      problem(503, 'unavailable'),
      ok(redemption('done')),
    ]
    await arrive()
    await page.getByText('No connection right now').waitFor()
    await heading(/You’re in/).waitFor()
  })
})

describe('the page', () => {
  it('speaks the browser’s language, and the other one at a press', async () => {
    await page.context().close()
    ;({ page, complaints } = await open(browser, { viewport: PHONE, locale: 'de-AT' }))
    await arrive()
    await heading(/Platz ist für dich/).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await expectAccessible(page)
    await page.getByLabel('Sprache').selectOption('English')
    await heading(/seat is saved/).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.reload()
    await heading(/seat is saved/).waitFor()
  })

  it('keeps the theme that was chosen', async () => {
    await arrive()
    await page.getByLabel('Theme').selectOption('Dark')
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    await page.reload()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  it('gives fingers enough room', async () => {
    await arrive()
    await heading(/seat is saved/).waitFor()
    const sizes = await page
      .locator('button, select, a')
      .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().height)))
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44)
  })

  it('works where storage is blocked', async () => {
    await page.addInitScript(() => {
      const blocked = () => {
        throw new DOMException('blocked', 'SecurityError')
      }
      Object.defineProperty(window, 'localStorage', { get: blocked })
      Object.defineProperty(window, 'sessionStorage', { get: blocked })
    })
    await arrive()
    await button('Sign in with Plex').click()
    await page.waitForURL(`${mock.plexUrl}/auth**`)
  })

  it('shows hostile names as text', async () => {
    const hostile = '<img src=x onerror=alert(1)>'
    mock.scripts['GET invite'] = ok(invite({ server_name: hostile }))
    await arrive()
    await heading(/seat is saved/).waitFor()
    expect(await page.locator('bdi', { hasText: hostile }).count()).toBeGreaterThan(0)
    expect(await page.locator('img').count()).toBe(0)
  })
})
