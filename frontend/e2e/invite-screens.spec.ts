// Every screen of the invite page, on phone and desktop, light and dark: no barrier, no sideways
// scroll, nothing against the security policy.
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, inBothThemes, launch, NARROW, open, PHONE } from './browser.ts'
import {
  CODE,
  fresh,
  invite,
  type Mock,
  ok,
  problem,
  redemption,
  startMock,
} from './invite-mock.ts'

let browser: Browser
let mock: Mock

beforeAll(async () => {
  ;[browser, mock] = await Promise.all([launch(), startMock()])
})
afterAll(() => Promise.all([browser?.close(), mock?.close()]))

const at = (state: string, change: Record<string, unknown> = {}) => ({
  ...fresh(),
  'GET redemption': ok(redemption(state, change)),
})

const signingIn = (answer: ReturnType<typeof problem>) => ({
  ...at('open', { plex_sign_in: 'attached' }),
  'POST plex/complete': answer,
})

const MANY = ['Films', 'Documentaries', 'Concerts', 'Anime & Zeichentrick', 'Kids', 'Audio books']

const SCREENS: Record<string, { heading: RegExp; scripts: Mock['scripts'] }> = {
  welcome: { heading: /seat is saved/, scripts: fresh() },
  'welcome-many': {
    heading: /seat is saved/,
    scripts: {
      ...fresh(),
      'GET invite': ok(
        invite({
          server_name: 'The Longest Server Name In The Whole Neighbourhood \u202Etxt',
          all_libraries: true,
          libraries: MANY.map((title) => ({ title, kind: 'movie' })),
          expires_at: null,
          membership_days: null,
          allow_downloads: false,
        }),
      ),
    },
  },
  unknown: {
    heading: /know this link/,
    scripts: { ...fresh(), 'GET invite': problem(404, 'not_found') },
  },
  expired: {
    heading: /has expired/,
    scripts: { ...fresh(), 'GET invite': problem(410, 'invite_expired') },
  },
  'used-up': {
    heading: /seat is taken/,
    scripts: { ...fresh(), 'GET invite': problem(410, 'invite_used_up') },
  },
  paused: {
    heading: /on a break/,
    scripts: { ...fresh(), 'GET invite': problem(410, 'invite_paused') },
  },
  'too-many': {
    heading: /Too many/,
    scripts: { ...fresh(), 'GET invite': problem(429, 'too_many_requests') },
  },
  broken: {
    heading: /wrong on our side/,
    scripts: { ...fresh(), 'GET redemption': problem(500, 'internal') },
  },
  'sign-in-pending': {
    heading: /Finish signing in/,
    scripts: signingIn(problem(409, 'plex_sign_in_pending')),
  },
  'sign-in-expired': {
    heading: /took too long/,
    scripts: signingIn(problem(409, 'plex_sign_in_expired')),
  },
  refused: { heading: /can’t join/, scripts: signingIn(problem(403, 'home_member')) },
  confirm: { heading: /Is this you/, scripts: at('ready') },
  joining: { heading: /Getting your seat/, scripts: at('seat_taken') },
  waiting: {
    heading: /Getting your seat/,
    scripts: at('seat_taken', { reason: 'plex_unavailable' }),
  },
  email: { heading: /email from Plex/, scripts: at('invited', { reason: 'accept_by_email' }) },
  done: { heading: /You’re in/, scripts: at('done') },
  member: { heading: /already have access/, scripts: at('already_member') },
  failed: {
    heading: /didn’t work out/,
    scripts: at('failed', { reason: 'gave_up', may_retry: true }),
  },
}

const SIZES = { phone: PHONE, desktop: DESKTOP, narrow: NARROW }
type Size = keyof typeof SIZES

// The screens with the most on them stand for the others on the remaining sizes.
const EVERYWHERE = ['welcome', 'welcome-many', 'confirm', 'joining']

describe.each(Object.entries(SCREENS))('the screen “%s”', (name, { heading, scripts }) => {
  const sizes: Size[] =
    EVERYWHERE.includes(name) || process.env.PUM_SHOTS ? ['phone', 'desktop', 'narrow'] : ['phone']

  it.each(sizes)('stands on %s', async (size) => {
    mock.scripts = structuredClone(scripts)
    const { page, complaints } = await open(browser, { viewport: SIZES[size] })
    await page.goto(`${mock.url}/invite/${CODE}`)
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    await inBothThemes(page, `${name}-${size}`)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})
