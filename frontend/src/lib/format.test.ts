import { describe, expect, it } from 'vitest'
import { relative } from './format'
import { initials, seed } from './seed'

const NOW = Date.parse('2025-11-24T12:00:00Z')
const ago = (ms: number) => new Date(NOW - ms)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('an instant in words', () => {
  it.each([
    [20 * MINUTE, '20 minutes ago'],
    [2 * HOUR, '2 hours ago'],
    [DAY, 'yesterday'],
    [-3 * DAY, 'in 3 days'],
  ])('%i ms before now is "%s"', (ms, words) => {
    expect(relative(ago(ms), NOW)).toBe(words)
  })

  it('is a date once a week has passed, in either direction', () => {
    expect(relative(ago(7 * DAY), NOW)).toBe('7 days ago')
    expect(relative(ago(7 * DAY + 1), NOW)).toMatch(/2025/)
    expect(relative(ago(-8 * DAY), NOW)).toMatch(/2025/)
  })
})

describe('a person without a picture', () => {
  it.each([
    ['Priya Patel', 'PP'],
    ['samhale', 'SA'],
    ['maría josé garcía', 'MG'],
    ['', '?'],
    ['👩‍🚀 Ada', '👩A'],
  ])('%j has the initials %s', (name, letters) => {
    expect(initials(name)).toBe(letters)
  })

  it('keeps their tint', () => {
    expect(seed('Priya')).toBe(seed('Priya'))
    expect(seed('Priya')).not.toBe(seed('Pryia'))
  })
})
