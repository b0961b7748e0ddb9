// Looking after people: the debug binary, the fake Plex, a real browser.
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, libraryCount, setUp, sharesOf, until } from './admin-api.ts'
import { DESKTOP, expectAccessible, launch, open } from './browser.ts'
import { type House, startHouse } from './house.ts'
import { join, on, signIn } from './steps.ts'

const PEOPLE = ['anna', 'ben', 'chloe']

let browser: Browser
let house: House
let admin: Caller
let page: Page
let complaints: string[]

beforeAll(async () => {
  ;[browser, house] = await Promise.all([launch(), startHouse()])
  const done = await setUp(house)
  admin = done.admin
  const { url } = await admin.call<{ url: string }>('POST', '/invites', {
    label: 'Film night',
    max_uses: 3,
    libraries: { mode: 'some', ids: [done.libraries.Movies, done.libraries.Music] },
  })
  for (const person of PEOPLE) await join(browser, house, url, person)
  ;({ page, complaints } = await open(browser, { viewport: DESKTOP }, house.witness))
  // Less than a story's own patience, so that it tells where it stopped.
  page.setDefaultTimeout(20_000)
  await signIn(page, house)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await house?.stop()
})

const button = (name: string | RegExp) => on(page).button(name)
const item = (name: string) => on(page).item(name)
const field = (name: string) => on(page).field(name)
const dialog = () => page.getByRole('dialog')
const question = () => page.getByRole('alertdialog')
const row = (name: string) => page.getByRole('row').filter({ hasText: name })

async function act(name: string, verb: string) {
  await button(`Actions for ${name}`).click()
  await item(verb).click()
}

async function find(name: string) {
  const { items } = await admin.call<{ items: { id: string; version: number }[] }>(
    'GET',
    `/users?q=${name}`,
  )
  const [user] = items
  if (!user) throw new Error(`nobody is called ${name}`)
  return user
}

const librariesOf = (name: string) => libraryCount(house.plex, name)

describe('the list', () => {
  it('finds a person by a filter that the address keeps', async () => {
    await page.goto(`${house.url}/users`)
    await row('ben').waitFor()
    await button('More filters').click()
    await dialog().getByLabel('Discord linked').selectOption('Yes')
    await dialog().getByRole('button', { name: 'Show' }).click()
    await page.getByText('Nothing matches these filters.').waitFor()
    expect(page.url()).toContain('discord=true')
    await button('Remove filter: Discord linked: Yes').click()
    await row('ben').waitFor()
  })

  it('finds who came by an invite, chosen by its name', async () => {
    await button('More filters').click()
    await dialog().getByLabel('Came by the invite').fill('Film')
    await page.locator('option[value^="Film night"]').waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await dialog().getByText('Film night').waitFor()
    await expectAccessible(page)
    await dialog().getByRole('button', { name: 'Show' }).click()
    await page.waitForURL(/invite_id=/)
    await row('anna').waitFor()
    await button('Remove filter: Invite: Film night').click()
    await page.waitForURL((url) => !url.search.includes('invite_id'))
  })

  it('opens somebody beside it, and Back closes them', async () => {
    await button('anna').click()
    await dialog().getByText('Film night').waitFor()
    expect(page.url()).toContain('user=')
    await page.goBack()
    await dialog().waitFor({ state: 'detached' })
    await button('anna').click()
    await dialog().getByText('Film night').waitFor()
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    expect(page.url()).not.toContain('user=')
  })

  it('offers beside it what can be done with them', async () => {
    await button('anna').click()
    await dialog().getByRole('button', { name: 'Actions' }).click()
    await item('Suspend').click()
    await question().waitFor()
    await page.keyboard.press('Escape')
    await question().waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('shows the columns that were chosen, also the next time', async () => {
    await button('Columns').click()
    await page.getByRole('menuitemcheckbox', { name: 'Invited by' }).click()
    await page.keyboard.press('Escape')
    await page.reload()
    await page.getByRole('columnheader', { name: 'Invited by' }).waitFor()
  })

  it('is saved as a file with its filters', async () => {
    await page.goto(`${house.url}/users?q=anna`)
    await row('anna').waitFor()
    await button('Export').click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      item('JSON, for scripts').click(),
    ])
    const stream = await download.createReadStream()
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const saved = JSON.parse(Buffer.concat(chunks).toString()) as { username: string }[]
    expect(saved.map(({ username }) => username)).toEqual(['anna'])
  })
})

describe('an edit', () => {
  it('reaches Plex, and the page follows', async () => {
    const { id } = await find('anna')
    await page.goto(`${house.url}/users/${id}/edit`)
    await page.getByRole('checkbox', { name: 'Music' }).uncheck()
    await field('Tags').fill('family, film club')
    await button('+30 days').click()
    await button('Save changes').click()
    await page.getByText('Saved', { exact: true }).waitFor()
    await until('Plex', async () => (await librariesOf('anna')) === 1)
    await expect.poll(() => page.getByText('Change under way').count()).toBe(0)
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { name: 'About' }).waitFor()
    await page.getByText('film club').waitFor()
    await page.getByText('Movies', { exact: true }).waitFor()
  })

  it('of two admins at once: the second is told, and keeps what was typed', async () => {
    const { id, version } = await find('anna')
    await page.goto(`${house.url}/users/${id}/edit`)
    await field('Notes').fill('Likes musicals.')
    await admin.call('PATCH', `/users/${id}`, { tags: ['neighbours'] })
    expect((await find('anna')).version).toBeGreaterThan(version)
    await button('Save changes').click()
    await page.getByText('Somebody else has saved meanwhile').waitFor()
    await page.getByText('neighbours').first().waitFor()
    expect(await field('Notes').inputValue()).toBe('Likes musicals.')
    expect(await field('Tags').inputValue()).toBe('neighbours')
    await expectAccessible(page)
    await button('Save mine anyway').click()
    await page.getByText('Saved', { exact: true }).waitFor()
    const user = await admin.call<{ notes: string; tags: string[] }>('GET', `/users/${id}`)
    expect([user.notes, user.tags]).toEqual(['Likes musicals.', ['neighbours']])
  })
})

describe('a removal', () => {
  it('can be undone for a moment, and then nothing has happened', async () => {
    await page.goto(`${house.url}/users`)
    await act('ben', 'Remove')
    await question().getByText('Friendship at Plex').waitFor()
    await expectAccessible(page)
    await question().getByRole('button', { name: 'Remove' }).click()
    await button('Undo').click()
    await page.getByText('ben stays').waitFor()
    await row('ben').getByText('Active').waitFor()
    expect(await sharesOf(house.plex, 'ben')).toHaveLength(1)
  })

  it('otherwise ends the share, and can be taken back later', async () => {
    await act('ben', 'Remove')
    await question().getByRole('button', { name: 'Remove' }).click()
    await until('Plex', async () => (await sharesOf(house.plex, 'ben')).length === 0)
    await row('ben').getByText('Removed').waitFor()
    await act('ben', 'Restore')
    await question().getByText('it works at once').waitFor()
    await question().getByRole('button', { name: 'Restore' }).click()
    await until('Plex', async () => (await librariesOf('ben')) === 2)
    await row('ben').getByText('Active').waitFor()
  })
})

describe('a suspension', () => {
  it('takes the libraries away and gives them back', async () => {
    await act('chloe', 'Suspend')
    await question().getByRole('button', { name: 'Suspend' }).click()
    await row('chloe').getByText('Suspended').waitFor()
    await act('chloe', 'Resume')
    await question().getByRole('button', { name: 'Resume' }).click()
    await row('chloe').getByText('Active').waitFor()
    await until('Plex', async () => (await librariesOf('chloe')) === 2)
  })
})

describe('afterwards', () => {
  it('no page has complained', () => {
    expect(complaints).toEqual([])
  })
})
