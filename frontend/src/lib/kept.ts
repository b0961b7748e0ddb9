// How this browser likes to see something, kept from visit to visit.

/** What was kept under a key, if the browser keeps anything. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keeps a text. Without storage it is forgotten with the page. */
export function keep(key: string, value: string) {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Nothing depends on it.
  }
}
