import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addDays, dayOf, daysBetween, lastDay } from './day'
import { beginOf, endOf } from './day-range'
import { adoptZone, ownZone, zone } from './zone'

afterEach(() => adoptZone(undefined))

describe('the day of an instant', () => {
  it.each([
    ['UTC', '2025-11-30T23:30:00Z', '2025-11-30'],
    ['Europe/Berlin', '2025-11-30T23:30:00Z', '2025-12-01'],
    ['America/New_York', '2025-12-01T04:59:00Z', '2025-11-30'],
    ['Pacific/Auckland', '2025-11-30T11:00:00Z', '2025-12-01'],
    ['Pacific/Kiritimati', '2025-11-30T10:00:00Z', '2025-12-01'],
  ])('in %s is, for %s, %s', (zone, instant, day) => {
    adoptZone(zone)
    expect(dayOf(new Date(instant))).toBe(day)
  })

  it('is this browser’s without a zone that it knows', () => {
    for (const nothing of [undefined, null, '', 'Mars/Olympus']) {
      adoptZone('Asia/Tokyo')
      adoptZone(nothing)
      expect(zone()).toBe(ownZone())
    }
  })
})

describe('the last day before an end', () => {
  it.each([
    ['UTC', '2025-12-01T00:00:00Z'],
    ['Europe/Berlin', '2025-11-30T23:00:00Z'],
    ['America/New_York', '2025-12-01T05:00:00Z'],
    ['Asia/Tokyo', '2025-11-30T15:00:00Z'],
  ])('in %s that is the midnight %s is 30 November', (zone, end) => {
    adoptZone(zone)
    expect(lastDay(end)).toBe('2025-11-30')
  })
})

describe('a day as the server is asked for it', () => {
  it.each([
    ['UTC', '2025-11-30', '2025-11-30T00:00:00.000Z', '2025-11-30T23:59:59.999Z'],
    ['Europe/Berlin', '2025-11-30', '2025-11-29T23:00:00.000Z', '2025-11-30T22:59:59.999Z'],
    // 23 and 25 hours long.
    ['Europe/Berlin', '2025-03-30', '2025-03-29T23:00:00.000Z', '2025-03-30T21:59:59.999Z'],
    ['Europe/Berlin', '2025-10-26', '2025-10-25T22:00:00.000Z', '2025-10-26T22:59:59.999Z'],
    // Begins at one in the morning: the clocks go forward at midnight.
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00.000Z', '2026-03-29T20:59:59.999Z'],
    ['Pacific/Kiritimati', '2025-11-30', '2025-11-29T10:00:00.000Z', '2025-11-30T09:59:59.999Z'],
    ['Pacific/Pago_Pago', '2025-11-30', '2025-11-30T11:00:00.000Z', '2025-12-01T10:59:59.999Z'],
  ])('of %s: %s is from %s to %s', (zone, day, from, to) => {
    adoptZone(zone)
    expect([beginOf(day), endOf(day)]).toEqual([from, to])
  })

  it('that is left open stays open', () => {
    expect([beginOf(undefined), endOf(undefined)]).toEqual([undefined, undefined])
  })
})

describe('counting days', () => {
  it.each([
    ['2025-11-30', 30, '2025-12-30'],
    ['2025-03-29', 2, '2025-03-31'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2025-01-01', -1, '2024-12-31'],
  ])('from %s by %i leads to %s', (day, days, then) => {
    expect(addDays(day, days)).toBe(then)
  })

  it('goes by the calendar', () => {
    adoptZone('Europe/Berlin')
    const at = (text: string) => new Date(`${text}:00Z`)
    expect(daysBetween(at('2025-11-29T22:59'), at('2025-11-29T23:00'))).toBe(1)
    expect(daysBetween(at('2025-11-30T22:59'), at('2025-11-29T23:00'))).toBe(0)
  })
})

describe('today', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is the server’s, while this browser has another day', () => {
    vi.setSystemTime('2025-11-30T20:00:00Z')
    adoptZone('Asia/Tokyo')
    expect(dayOf()).toBe('2025-12-01')
    adoptZone('America/New_York')
    expect(dayOf()).toBe('2025-11-30')
  })
})
