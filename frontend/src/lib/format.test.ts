import { afterEach, describe, expect, it } from 'vitest'
import { bitRate, date, dateTime, dayMonth, fullDay, hourOfDay, span, weekday } from './format'
import { relative } from './relative'
import { initials, seed } from './seed'
import { adoptZone, ownZone } from './zone'

const NOW = Date.parse('2025-11-24T12:00:00Z')
const ago = (ms: number) => new Date(NOW - ms)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

afterEach(() => adoptZone(undefined))

describe('an instant in words', () => {
  // At noon in Berlin.
  const noon = Date.parse('2025-11-24T11:00:00Z')

  it.each([
    ['2025-11-23T11:00:00Z', 'yesterday'],
    ['2025-11-22T23:00:00Z', 'yesterday'],
    ['2025-11-22T22:59:00Z', '2 days ago'],
    // 47 hours before.
    ['2025-11-22T12:00:00Z', '2 days ago'],
    ['2025-11-25T22:59:00Z', 'tomorrow'],
    ['2025-11-25T23:00:00Z', 'in 2 days'],
    ['2025-11-23T13:00:00Z', '22 hours ago'],
  ])('goes by the days of the calendar: %s is "%s"', (then, words) => {
    adoptZone('Europe/Berlin')
    expect(relative(then, noon)).toBe(words)
  })

  it('counts hours where the calendar has not moved on in a day of 25', () => {
    adoptZone('Europe/Berlin')
    const begin = Date.parse('2025-10-25T22:00:00Z')
    expect(relative(begin, begin + DAY)).toBe('24 hours ago')
  })

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

describe('the date and the time of an instant', () => {
  const at = '2025-11-30T23:30:00Z'

  it('are those of the server’s zone', () => {
    adoptZone('Pacific/Auckland')
    expect(date(at)).toMatch(/Dec.*1|1.*Dec/)
    adoptZone('America/New_York')
    expect(date(at)).toMatch(/30/)
    expect(dateTime(at)).toMatch(/30.*(18:30|6:30)/)
  })

  it('name the zone only where this browser’s clock shows another time', () => {
    adoptZone(ownZone())
    const own = dateTime(at)
    adoptZone('Asia/Kathmandu')
    expect(dateTime(at)).toMatch(/GMT\+5:45$/)
    expect(own).not.toMatch(/GMT|UTC/)
  })
})

describe('a length', () => {
  it.each([
    [-5, '0 sec'],
    [45.9, '45 sec'],
    [60, '1 min'],
    [3569, '59 min'],
    [3570, '1 hr'],
    [4920, '1 hr 22 min'],
  ])('of %d seconds is "%s"', (seconds, words) => {
    expect(span(seconds)).toBe(words)
  })
})

describe('a rate', () => {
  it.each([
    [320, '320 kb/s'],
    [999, '999 kb/s'],
    [18_240, '18.2 Mb/s'],
  ])('of %d kbit/s is "%s"', (kbps, words) => {
    expect(bitRate(kbps)).toBe(words)
  })
})

describe('the calendar of a chart', () => {
  it('keeps the day it was given, whatever the zone', () => {
    expect(dayMonth('2025-11-01')).toContain('1')
    expect(dayMonth('2025-11-01')).toContain('Nov')
    expect(fullDay('2025-11-24')).toMatch(/Mon.*24|Mon.*November 24/)
  })

  it('begins its week on Monday and its day at midnight', () => {
    expect([1, 7].map((day) => weekday(day, 'long'))).toEqual(['Monday', 'Sunday'])
    expect(hourOfDay(0)).toMatch(/00|12/)
    expect(hourOfDay(18)).toMatch(/18|6/)
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
