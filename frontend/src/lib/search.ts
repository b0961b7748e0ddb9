// Reading a page's address: whatever does not fit is left out, so that a bad link still opens.

export type RawSearch = Record<string, unknown>

/** A text, or nothing when it is missing or empty. */
export function text(raw: unknown): string | undefined {
  if (typeof raw === 'number') return String(raw)
  return typeof raw === 'string' && raw !== '' ? raw.slice(0, 200) : undefined
}

/** One of the given words, or nothing. */
export function oneOf<const T extends string>(raw: unknown, words: readonly T[]): T | undefined {
  return words.find((word) => word === raw)
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** A day as "2025-11-30", or nothing. */
export function day(raw: unknown): string | undefined {
  const value = text(raw)
  return value && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined
}

/** The same object without the keys that hold nothing. */
export function compact<T extends Record<string, unknown>>(
  search: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
