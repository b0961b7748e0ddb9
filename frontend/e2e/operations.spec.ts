// Looking after the house: what runs by the clock, what failed, what has happened.
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
  await setUp(house)
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

describe('afterwards', () => {
  it('nobody complained, and no secret has come to light', async () => {
    expect(await readHistory(page)).toBeGreaterThan(3)
    expect(complaints).toEqual([])
    expect(await house.leaks()).toEqual([])
  })
})
