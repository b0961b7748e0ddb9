// Looking after the house: what runs by the clock, what failed, what has happened.
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, askFake, setUp } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open, shoot } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { on, readHistory, signIn } from './steps.ts'

let browser: Browser
let house: House
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  house.witness.keep('the password', ADMIN.password)
  const { admin } = await setUp(house)
  const rules = { label: 'Film night', max_uses: 5, libraries: { mode: 'all' } }
  const { id } = await admin.call<{ id: string }>('POST', '/invites', rules)
  await admin.call('PATCH', `/invites/${id}`, { max_uses: 10, allow_downloads: true })
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  await signIn(page, house)
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const heading = (name: string | RegExp) => on(page).heading(name)
const button = (name: string | RegExp) => on(page).button(name)
/** The schedule's row. */
const schedule = (name: string) =>
  page.getByRole('table', { name: 'Schedules' }).getByRole('row', { name })

describe('the jobs', () => {
  it('run when they are asked to, and say how it went', async () => {
    await page.goto(`${house.url}/jobs`)
    await heading('Jobs').waitFor()
    const tidy = schedule('Tidy up')
    await tidy.getByRole('button', { name: 'Run now: Tidy up' }).click()
    await page.getByText('Tidy up: will run in a moment').waitFor()
    await tidy.getByText('Done').waitFor()
    await tidy.getByText('Has not run yet').waitFor({ state: 'detached' })
  })

  it('that fail say why, lead there from the dashboard, and are tried again', async () => {
    await askFake(house.plex, 'POST', 'faults', { kind: 'status', status: 400, on: 'pms_sections' })
    await page.goto(`${house.url}/jobs`)
    await button('Run now: Read the libraries').click()
    await schedule('Read the libraries').getByText('Failed').waitFor()
    await page.goto(house.url)
    await page.getByText('A job gave up: Read the libraries').waitFor()
    await page.getByRole('link', { name: 'Show', exact: true }).click()
    const drawer = page.getByRole('dialog', { name: 'Read the libraries' })
    await drawer.getByText('What went wrong').waitFor()
    await expectAccessible(page)
    await shoot(page, 'operations-job')

    await askFake(house.plex, 'DELETE', 'faults')
    await drawer.getByRole('button', { name: /^Retry/ }).click()
    await drawer.getByText('Done', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('job=')
  })

  it('are narrowed by how they stand, in the address', async () => {
    await page.goto(`${house.url}/jobs?state=dead`)
    await page.getByText('Nothing matches these filters.').waitFor()
    await button('Remove filter: Failed').click()
    await page.getByRole('table', { name: 'Jobs' }).getByText('Tidy up').first().waitFor()
    await page.getByRole('link', { name: 'Tidy up' }).last().click()
    await page.getByRole('dialog', { name: 'Tidy up' }).waitFor()
    await page.goBack()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})

describe('the history', () => {
  it('tells what an edit changed, in words, under an address of its own', async () => {
    await page.goto(`${house.url}/history?type=invite.updated`)
    await page.getByRole('link', { name: 'Invite edited' }).click()
    const drawer = page.getByRole('dialog', { name: 'Invite edited' })
    await drawer.getByRole('row', { name: 'Uses allowed 5 10' }).waitFor()
    await drawer.getByRole('row', { name: 'Downloads No Yes' }).waitFor()
    expect(await drawer.getByText('version').count()).toBe(0)
    await expectAccessible(page)
    await page.reload()
    await drawer.getByRole('row', { name: 'Uses allowed 5 10' }).waitFor()
    await drawer.getByRole('link', { name: 'Everything through this invite' }).click()
    await drawer.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Invite created' }).waitFor()
    await button('Remove filter: Invite: Film night').click()
    expect(page.url()).not.toContain('invite_id=')
  })

  it('is saved as a file with the filters that apply', async () => {
    await page.goto(`${house.url}/history?type=invite.updated`)
    await button('Export').click()
    const waiting = page.waitForEvent('download')
    await on(page).item('CSV, for spreadsheets').click()
    const file = await waiting
    expect(file.suggestedFilename()).toMatch(/\.csv$/)
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain('invite.updated')
  })

  it('is cleared only of what is old, and says what stays', async () => {
    await button('Clear').click()
    const dialog = page.getByRole('dialog', { name: 'Clear the history' })
    await dialog.getByText('Kept for a year').waitFor()
    await dialog.getByLabel('Events older than').fill('29')
    await dialog.getByRole('radio', { name: 'Only these' }).check()
    await dialog.getByRole('button', { name: 'Clear the history' }).click()
    await dialog.getByText('Enter a whole number from 30').waitFor()
    await dialog.getByText('Choose at least one kind').waitFor()
    await expectAccessible(page)
    await dialog.getByLabel('Events older than').fill('30')
    await dialog.getByRole('checkbox', { name: 'Invite edited' }).check()
    await dialog.getByRole('button', { name: 'Clear the history' }).click()
    await page.getByText('Nothing was old enough to be cleared').waitFor()
    await dialog.waitFor({ state: 'detached' })
  })
})

describe('a sync', () => {
  it('writes down whom it found at Plex, to be searched', async () => {
    await page.goto(`${house.url}/users/syncs`)
    await button('Sync now').click()
    const list = page.getByRole('table', { name: 'Syncs with Plex' })
    await list.getByText('No difference').waitFor()
    await expectAccessible(page)
    await shoot(page, 'operations-syncs')
    // The first of all found everybody.
    await list.getByRole('link').last().click()
    await heading(/^Sync of/).waitFor()
    const found = page.getByRole('table', { name: 'What it found' })
    await found.getByText('Added').first().waitFor()
    await expectAccessible(page)
    await shoot(page, 'operations-sync')
    const name = await found.getByRole('link').first().innerText()
    await page.getByRole('searchbox').fill(name)
    await expect.poll(() => found.getByRole('row').count()).toBe(2)
    await page.getByRole('searchbox').fill('nobody at all')
    await page.getByText('Nothing matches these filters.').waitFor()
  })
})

describe('afterwards', () => {
  it('nobody complained, and no secret has come to light', async () => {
    expect(await readHistory(page)).toBeGreaterThan(3)
    expect(complaints).toEqual([])
    expect(await house.leaks()).toEqual([])
  })
})
