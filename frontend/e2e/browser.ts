// The browser that the tests drive, and what every page has to stand up to.
import { mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { expect } from 'vitest'
import type { Witness } from './witness.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

export const PHONE = { width: 390, height: 844 }
export const NARROW = { width: 320, height: 640 }
export const DESKTOP = { width: 1440, height: 900 }

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

export interface OpenPage {
  page: Page
  /** Everything that the page complained about: errors and breaches of its security policy. */
  complaints: string[]
}

/** A page in a browser of its own: no cookies, no storage. A witness reads along. */
export async function open(
  browser: Browser,
  options: BrowserContextOptions,
  witness?: Witness,
): Promise<OpenPage> {
  const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options })
  witness?.watch(context)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    // A refused request is logged by the browser itself; the page has to deal with it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text())
  })
  return { page, complaints }
}

/** No barrier that axe knows of, and nothing that scrolls sideways. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(TAGS)
    // One document without frames: no need for a second page to collect the results.
    .setLegacyMode(true)
    // They catch the focus at the edges of an open menu and pass it on: nobody stays there. Whether axe knows
    // depends on where the menu happens to stand.
    .exclude('[data-base-ui-focus-guard]')
    .analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary}`),
  )
  expect(found).toEqual([])
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBe(0)
}

/** A picture for people to look at, when PUM_SHOTS names a folder. */
export async function shoot(page: Page, name: string) {
  const folder = process.env.PUM_SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}

/** Loaded once, looked at twice, for every barrier each time: the theme follows the system's while a page is open. */
export async function inBothThemes(page: Page, name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor()
    await shoot(page, `${name}-${colorScheme}`)
    await expectAccessible(page)
  }
}
