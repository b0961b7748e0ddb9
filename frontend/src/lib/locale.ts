// Which language the page speaks, and the choice of a text in it. tools/vite/lean-messages.ts puts
// this in the place of the compiled catalogue's own runtime, which is made for servers and routers.

export const locales = ['en', 'de'] as const

export type Locale = (typeof locales)[number]

const KEY = 'pum.locale'
const BASE: Locale = 'en'

let current: Locale | null = null

export function isLocale(value: unknown): value is Locale {
  return locales.includes(value as Locale)
}

/** What the person chose in this browser. */
function stored(): Locale | null {
  try {
    const value = localStorage.getItem(KEY)
    return isLocale(value) ? value : null
  } catch {
    return null
  }
}

/** The first language of the browser's that we speak. */
function preferred(): Locale | undefined {
  return navigator.languages.map((tag) => tag.split('-')[0]).find(isLocale)
}

/** The language on the screen: the person's choice, then their browser's. */
export function getLocale(): Locale {
  current ??= stored() ?? preferred() ?? BASE
  return current
}

/** The same language as spoken where the person lives: dates differ between en-GB and en-US. */
export function regionalLocale(): string {
  const locale = getLocale()
  return navigator.languages.find((tag) => tag.split('-')[0] === locale) ?? locale
}

/** Keeps the choice, and shows the page anew unless the caller draws it. */
export function setLocale(locale: Locale, options?: { reload?: boolean }): void {
  current = locale
  try {
    localStorage.setItem(KEY, locale)
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
  if (options?.reload !== false) location.reload()
}

/** Takes the language that somebody saved for themselves; pages drawn from now on speak it. */
export function adoptLocale(locale: unknown): void {
  if (!isLocale(locale) || locale === getLocale()) return
  setLocale(locale, { reload: false })
  document.documentElement.lang = locale
}

/** Takes a language for somebody who neither chose one nor has one of ours in their browser. */
export function suggestLocale(locale: unknown): void {
  if (isLocale(locale) && !stored() && !preferred()) current = locale
}

type Say = (inputs?: unknown) => string

/** One text in all languages, in the order of `locales`. */
export function pick(...texts: (Say | string)[]): Say {
  return (inputs) => {
    const text = texts[locales.indexOf(getLocale())] as Say | string
    return typeof text === 'string' ? text : text(grouped(inputs))
  }
}

const GROUPED_FROM = 1000

/** A count that reads "9,017" in a text, and is still a number to whoever chooses between one and many. */
function grouped(inputs: unknown): unknown {
  const { count } = (inputs ?? {}) as { count?: unknown }
  if (typeof count !== 'number' || count < GROUPED_FROM) return inputs
  const words = new Intl.NumberFormat(regionalLocale()).format(count)
  return { ...(inputs as object), count: { valueOf: () => count, toString: () => words } }
}
