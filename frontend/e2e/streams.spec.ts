// Who watches: live on the page of streams, then in the history, the figures and the charts.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, askFake, type Caller, play, setUp, until } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { join, on, signIn } from './steps.ts'

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]
let anna: string

interface FakeState {
  servers: Record<string, { sessions: { session_key: number }[] }>
}

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  house.witness.keep('the password', ADMIN.password)
  // Nobody of the fake's household is in the way, nor has ever been seen by PUM.
  const { servers } = (await askFake(house.plex, 'GET', 'state')) as FakeState
  for (const { session_key } of Object.values(servers).flatMap(({ sessions }) => sessions))
    await askFake(house.plex, 'POST', 'sessions/end', { session_key })
  ;({ admin } = await setUp(house))
  const rules = { label: 'Film night', libraries: { mode: 'all' } }
  const { url } = await admin.call<{ url: string }>('POST', '/invites', rules)
  await join(browser, house, url, 'anna')
  const found = await admin.call<{ items: { id: string }[] }>('GET', '/users?q=anna')
  anna = found.items[0]?.id ?? ''
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  page.setDefaultTimeout(40_000)
  await signIn(page, house)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const item = (name: string) => on(page).item(name)
const cards = () => page.getByRole('list', { name: 'Streams' }).getByRole('listitem')
const card = (title: string) => cards().filter({ hasText: title })
const past = (title: string) =>
  page.getByRole('table', { name: 'Stream history' }).getByRole('row').filter({ hasText: title })

const change = (what: string, session_key: number, more: object = {}) =>
  askFake(house.plex, 'POST', `sessions/${what}`, { session_key, ...more })

const menuOf = (title: string) =>
  card(title)
    .getByRole('button', { name: new RegExp(`^Actions for ${title}`) })
    .click()

describe('the streams', () => {
  it('say that nobody watches', async () => {
    await page.goto(`${house.url}/streams`)
    await page.getByText('Nobody is watching right now').waitFor()
    await expectAccessible(page)
    await shoot(page, 'streams-none')
  })

  it('appear, change and go by themselves', async () => {
    const key = await play(house, 'anna', { title: 'Tidewater', player: 'Living room' })
    await card('Tidewater').getByText('Direct play').waitFor()
    await card('Tidewater').getByRole('link', { name: 'anna' }).waitFor()
    await card('Tidewater').getByText('Living room').first().waitFor()
    await change('pause', key)
    await card('Tidewater').getByText('Paused').first().waitFor()
    await change('resume', key)
    await change('transcode', key, { height: 720 })
    await card('Tidewater').getByText('Transcode', { exact: true }).waitFor()
    await card('Tidewater').getByText('1080p → 720p').waitFor()
    await expectAccessible(page)
    await shoot(page, 'streams-live')
    await change('end', key)
    await card('Tidewater').waitFor({ state: 'detached' })
  })

  it('tell where they go to, of a public address', async () => {
    const key = await play(house, 'anna', { title: 'Far Shore', rating_key: 100_006 })
    const ask = card('Far Shore').getByRole('button', { name: /^Where is this\? 203\.0\.113\.20/ })
    await ask.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Where anna watches' })
    await dialog.getByText('Austria').waitFor()
    await dialog.getByText('1010 Vienna').waitFor()
    await dialog.getByText('Europe/Vienna').waitFor()
    await expectAccessible(page)
    await shoot(page, 'streams-place')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => ask.evaluate((it) => it === document.activeElement)).toBe(true)
    await change('end', key)
    await card('Far Shore').waitFor({ state: 'detached' })
  })

  it('say so where Plex does not know the place or cannot tell it, and have none at home', async () => {
    const lan = {
      title: 'Near Shore',
      rating_key: 100_007,
      location: 'lan',
      address: '192.168.1.40',
    }
    const home = await play(house, 'anna', lan)
    const key = await play(house, 'anna', {
      title: 'Far Shore',
      rating_key: 100_006,
      player_id: 'elsewhere',
      address: '192.0.2.1',
    })
    await card('Far Shore').waitFor()
    await card('Near Shore').getByText('192.168.1.40').waitFor()
    expect(
      await card('Near Shore')
        .getByRole('button', { name: /^Where is/ })
        .count(),
    ).toBe(0)
    const trouble = { kind: 'status', status: 503, on: 'geoip', times: 1 }
    await askFake(house.plex, 'POST', 'faults', trouble)
    await card('Far Shore')
      .getByRole('button', { name: /^Where is this/ })
      .click()
    const dialog = page.getByRole('dialog', { name: 'Where anna watches' })
    await dialog.getByText('Plex does not answer just now.').waitFor()
    await expectAccessible(page)
    await shoot(page, 'streams-place-failed')
    await dialog.getByRole('button', { name: 'Try again' }).click()
    await dialog.getByText('Plex does not know where this address is.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    for (const session of [home, key]) await change('end', session)
    await card('Far Shore').waitFor({ state: 'detached' })
    await card('Near Shore').waitFor({ state: 'detached' })
  })

  it('of an episode go on with the next one', async () => {
    const key = await play(house, 'anna', {
      kind: 'episode',
      title: 'Episode 1',
      grandparent_title: 'Harbour Lights',
      parent_title: 'Season 1',
      parent_index: 1,
      index: 1,
      library_key: 2,
      rating_key: 200_101,
      duration_ms: 2_700_000,
      autoplay: true,
    })
    await card('Harbour Lights').getByText('S1 · E1').waitFor()
    await change('next', key)
    await card('Harbour Lights').getByText('S1 · E2').waitFor()
    expect(await card('Harbour Lights').count()).toBe(1)
    await change('end', key)
    await card('Harbour Lights').waitFor({ state: 'detached' })
  })

  it('are stopped with a message', async () => {
    await play(house, 'anna', { title: 'Salt and Iron', rating_key: 100_002 })
    await menuOf('Salt and Iron')
    await item('Stop').click()
    const dialog = page.getByRole('dialog', { name: 'Stop what anna is watching?' })
    await dialog.getByLabel('Message').fill('Maintenance in five minutes.')
    await expectAccessible(page)
    await shoot(page, 'streams-stop')
    await dialog.getByRole('button', { name: 'Stop the stream' }).click()
    await page.getByText('The server is asked to stop Salt and Iron').waitFor()
    await card('Salt and Iron').waitFor({ state: 'detached' })
    const calls = JSON.stringify(await askFake(house.plex, 'GET', 'calls'))
    expect(calls).toContain('Maintenance')
  })

  it('that cannot be stopped say why', async () => {
    const key = await play(house, 'anna', {
      title: 'Breakwater',
      rating_key: 100_003,
      session_id: null,
    })
    await menuOf('Breakwater')
    await page.getByText('does not say which session').waitFor()
    const stop = page.getByRole('menuitem', { name: /^Stop/ })
    expect(await stop.getAttribute('aria-disabled')).toBe('true')
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await change('end', key)
    await card('Breakwater').waitFor({ state: 'detached' })
  })

  it('show among the rest of the house', async () => {
    const key = await play(house, 'anna', { title: 'Low Water', rating_key: 100_004 })
    await page.goto(house.url)
    const strip = page.getByRole('region', { name: /Now playing/ })
    await strip.getByText('Low Water').waitFor()
    await page.getByRole('link', { name: 'Streams 1 stream now' }).waitFor()
    await strip.getByRole('link', { name: 'All streams' }).click()
    await card('Low Water').waitFor()
    await change('end', key)
    await card('Low Water').waitFor({ state: 'detached' })
  })
})

describe('the stream history', () => {
  it('keeps what was watched, and how it ended', async () => {
    await page.goto(`${house.url}/streams/history`)
    await past('Tidewater').getByText('Transcode').waitFor()
    await past('Salt and Iron').getByText('Stopped by an admin').waitFor()
    await expect.poll(() => past('Harbour Lights').count()).toBe(2)
    await expectAccessible(page)
    await shoot(page, 'stream-history')
  })

  it('is narrowed by kind and text, in the address', async () => {
    await page.getByLabel('Kind').selectOption('Episode')
    await past('Tidewater').waitFor({ state: 'detached' })
    await past('Harbour Lights').first().waitFor()
    expect(page.url()).toContain('kind=episode')
    await page.getByLabel('Kind').selectOption('')
    await page.getByRole('searchbox').fill('salt and')
    await past('Tidewater').waitFor({ state: 'detached' })
    await past('Salt and Iron').waitFor()
  })

  it('is saved as a file with the filters that apply', async () => {
    const waiting = page.waitForEvent('download')
    await on(page).button('Export').click()
    await item('CSV, for spreadsheets').click()
    const lines = readFileSync(await (await waiting).path(), 'utf8')
      .trim()
      .split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('Salt and Iron')
  })

  it('is narrowed to a person and to a player, by what is typed', async () => {
    await page.goto(`${house.url}/streams/history`)
    await past('Tidewater').waitFor()
    await page.getByLabel('Person', { exact: true }).pressSequentially('ann')
    await page.locator('option[value=anna]').waitFor({ state: 'attached' })
    await page.getByLabel('Person', { exact: true }).pressSequentially('a')
    const person = page.getByRole('button', { name: 'Remove filter: Person: anna' })
    await person.waitFor()
    expect(page.url()).toContain(`user_id=${anna}`)
    await past('Tidewater').waitFor()
    await page.getByLabel('Player', { exact: true }).fill('Nothing of ours')
    await page.keyboard.press('Enter')
    await page.getByText('Nothing matches these filters.').waitFor()
    await expectAccessible(page)
    await page.getByRole('button', { name: /^Remove filter: Player/ }).click()
    await person.click()
    await past('Tidewater').waitFor()
    expect(page.url()).not.toContain('user_id')
  })

  it('forgets what is chosen, and asks before', async () => {
    await page.goto(`${house.url}/streams/history`)
    await page.getByRole('checkbox', { name: /^Choose Low Water/ }).check()
    await page.getByRole('region', { name: 'Chosen streams' }).getByText('1 chosen').waitFor()
    await on(page).button('Delete').click()
    const question = page.getByRole('alertdialog', { name: 'Delete 1 stream from the history?' })
    await expectAccessible(page)
    await question.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('1 stream deleted').waitFor()
    await past('Low Water').waitFor({ state: 'detached' })
  })

  it('and the figures of one person stand on their page', async () => {
    await page.goto(`${house.url}/users/${anna}`)
    await page.getByRole('link', { name: 'Watching' }).click()
    await page.getByRole('heading', { name: 'Players' }).waitFor()
    await past('Tidewater').waitFor()
    await expectAccessible(page)
    await shoot(page, 'user-streams')
    const players = page.getByRole('list', { name: 'Players' })
    await players.getByRole('link').first().click()
    await page.getByRole('button', { name: /^Remove filter: Player/ }).waitFor()
    await past('Tidewater').waitFor()
  })
})

describe('the charts', () => {
  it('tell their numbers to the eye, the keyboard and in a table', async () => {
    await page.goto(house.url)
    const chart = page.getByRole('group', { name: 'Plays per day' })
    const today = chart.getByRole('img').last()
    await today.focus()
    await expect.poll(() => today.getAttribute('aria-label')).toMatch(/Films [1-9]/)
    await page.keyboard.press('Home')
    expect(
      await chart
        .getByRole('img')
        .first()
        .evaluate((it) => it === document.activeElement),
    ).toBe(true)
    await page.getByRole('button', { name: 'Plays per day as a table' }).click()
    const table = page.getByRole('table', { name: 'Plays per day' })
    await expect.poll(() => table.getByRole('row').count()).toBe(31)
    for (const title of ['When people watch', 'Most active', 'New users'])
      await page.getByRole('button', { name: `${title} as a table` }).click()
    await page.getByRole('table', { name: 'Most active' }).getByText('anna').waitFor()
    await expectAccessible(page)
    await shoot(page, 'dashboard-tables')
  })

  it('look back as far as they are asked, in the address', async () => {
    await page.goto(house.url)
    await page.getByText('7 days', { exact: true }).click()
    await page.waitForURL(/days=7/)
    const chart = page.getByRole('group', { name: 'Plays per day' })
    await expect.poll(() => chart.getByRole('img').count()).toBe(7)
  })
})

describe('without a Plex Pass', () => {
  it('a stream goes on, and the page says why', async () => {
    await askFake(house.plex, 'POST', 'accounts/plex-pass', { account: 'olivia', plex_pass: false })
    await play(house, 'anna', { title: 'Undertow', rating_key: 100_005 })
    await page.goto(`${house.url}/streams`)
    await menuOf('Undertow')
    await item('Stop').click()
    await on(page).button('Stop the stream').click()
    await page.getByText('The server is asked to stop Undertow').waitFor()
    // The server refuses; from then on nobody is asked again.
    await until('Learning of it', async () => {
      const { items } = await admin.call<{ items: { can_stop: boolean }[] }>('GET', '/streams')
      return items.length === 1 && items.every(({ can_stop }) => !can_stop)
    })
    await page.reload()
    await menuOf('Undertow')
    await page.getByText('The server has no Plex Pass').waitFor()
    await shoot(page, 'streams-no-pass')
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
