// What every story of the admin's app does: finding things by what they are called, signing in.
import type { Browser, Page } from 'playwright'
import { expect } from 'vitest'
import { ADMIN } from './admin-api.ts'
import { DESKTOP, expectAccessible, open, PHONE, shoot } from './browser.ts'
import type { House } from './house.ts'

/** The owner of the fakes' server. */
export const OWNER = 'olivia'

/** Finds things on a page the way a person names them. */
export function on(page: Page) {
  return {
    heading: (name: string | RegExp) => page.getByRole('heading', { level: 1, name }),
    button: (name: string | RegExp) => page.getByRole('button', { name, exact: true }),
    field: (name: string) => page.getByLabel(name, { exact: true }),
    item: (name: string) => page.getByRole('menuitem', { name, exact: true }),
    text: (words: string | RegExp) => page.getByText(words, { exact: true }),
  }
}

/** From PUM's button to Plex's page and back, as one of the fake's accounts. */
export async function byPlex(page: Page, house: House, account: string, label: string) {
  await on(page).button(label).click()
  await page.waitForURL(`${house.plex.auth_url}**`)
  await page.getByTestId(`plex-account-${account}`).click()
}

/** Somebody goes through an invite, on a phone of their own. */
export async function join(browser: Browser, house: House, url: string, account: string) {
  const { page } = await open(browser, { viewport: PHONE, hasTouch: true }, house.witness)
  await page.goto(url)
  await byPlex(page, house, account, 'Sign in with Plex')
  await on(page).button('Accept invitation').click()
  await on(page)
    .heading(/You’re in/)
    .waitFor()
  await page.context().close()
}

/** Through the sign-in page with the admin's password. */
export async function signIn(page: Page, house: House) {
  const { button, field } = on(page)
  await page.goto(`${house.url}/sign-in`)
  await field('Username').fill(ADMIN.username)
  await field('Password').fill(ADMIN.password)
  await button('Sign in').click()
  await page.getByText('Recent events').waitFor()
}

/** The page as it stays: its heading is there, and nothing is being loaded. */
export async function settled(page: Page) {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await expect.poll(() => page.locator('[aria-busy=true]').count(), { timeout: 20_000 }).toBe(0)
}

/** The page as it is on every kind of screen. */
export async function everywhere(page: Page, name: string) {
  for (const [device, viewport] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport)
      await page.emulateMedia({ colorScheme })
      await expect.poll(() => page.locator('[aria-busy=true]').count()).toBe(0)
      await expectAccessible(page)
      await shoot(page, `${name}-${device}-${colorScheme}`)
    }
  await page.setViewportSize(DESKTOP)
}

/** Reads the whole history as the page would, so that a witness sees it. Answers how many events. */
export function readHistory(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let count = 0
    let cursor: string | null = ''
    while (cursor !== null) {
      const query = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) })
      const response = await fetch(`/api/v1/history?${query}`)
      const answer = (await response.json()) as { items: unknown[]; next_cursor: string | null }
      count += answer.items.length
      cursor = answer.next_cursor
    }
    return count
  })
}
