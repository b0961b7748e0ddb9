// Pictures for things that have none: the same words always give the same tint.

/** A small, stable number from a text. */
export function seed(text: string): number {
  let hash = 2166136261
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619)
  return hash >>> 0
}

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean)
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]]
  const first = letters.map((word) => [...(word ?? '?')][0] ?? '?').join('')
  const short = letters.length === 1 ? [...(words[0] ?? '?')].slice(0, 2).join('') : first
  return short.toLocaleUpperCase()
}
