// The theme: the person's choice, stored per browser; "system" follows the device live.
// public/theme.js sets it before the first paint, under the same key.

const KEY = 'pum.theme'
const DARK = '(prefers-color-scheme: dark)'

export type ThemeChoice = 'system' | 'light' | 'dark'

const listeners = new Set<() => void>()

function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** What the person chose in this browser. */
export function themeChoice(): ThemeChoice {
  const stored = read()
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

/** The theme on the screen. */
export function currentTheme(): 'light' | 'dark' {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light'
}

function apply() {
  const choice = themeChoice()
  const dark = choice === 'dark' || (choice === 'system' && matchMedia(DARK).matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  for (const listener of listeners) listener()
}

/** Stores the choice and shows it. */
export function setTheme(choice: ThemeChoice) {
  try {
    if (choice === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
  apply()
}

/** Calls back when the theme changes, here, in another tab or on the device. */
export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Follows the device and the other tabs. Called once, at start. */
export function watchTheme() {
  matchMedia(DARK).addEventListener('change', apply)
  addEventListener('storage', (event) => {
    if (event.key === KEY) apply()
  })
}
