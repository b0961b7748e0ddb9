// Small things that have to survive a way to another site and back, in this tab alone.

/** What was kept, if the browser keeps anything. */
export function recall(key: string): string | null {
  try {
    return sessionStorage.getItem(key)
  } catch {
    return null
  }
}

/** Keeps a text, or forgets it with null. Without storage it is forgotten at once. */
export function remember(key: string, value: string | null) {
  try {
    if (value === null) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, value)
  } catch {
    // The page then begins anew, which every page can.
  }
}
