import { afterEach, describe, expect, it } from 'vitest'
import { endText } from './ends'
import { date } from './format'
import { relativeEnd } from './relative'
import { adoptZone } from './zone'

afterEach(() => adoptZone(undefined))

const NOON = Date.parse('2025-11-28T12:00:00Z')

describe('an end that was given as 30 November', () => {
  const ENDS: [string, string][] = [
    ['UTC', '2025-12-01T00:00:00.000Z'],
    ['Europe/Berlin', '2025-11-30T23:00:00.000Z'],
    ['America/New_York', '2025-12-01T05:00:00.000Z'],
    ['Asia/Tokyo', '2025-11-30T15:00:00.000Z'],
  ]

  it.each(ENDS)('in %s names that day, without a time', (zone, end) => {
    adoptZone(zone)
    expect(endText(end)).toBe(date('2025-11-30T12:00:00Z'))
    expect(endText(end)).toMatch(/30/)
    expect(endText(end)).not.toMatch(/:/)
  })

  it.each(ENDS)('in %s is two days away two days before', (zone, end) => {
    adoptZone(zone)
    expect(relativeEnd(end, NOON)).toBe('in 2 days')
  })

  it('is tomorrow, today and yesterday by the calendar', () => {
    adoptZone('Europe/Berlin')
    const at = (text: string) => relativeEnd('2025-11-30T23:00:00.000Z', Date.parse(text))
    expect(at('2025-11-28T23:00:00Z')).toBe('tomorrow')
    expect(at('2025-11-29T23:00:00Z')).toBe('today')
    expect(at('2025-11-30T22:59:00Z')).toBe('today')
    expect(at('2025-11-30T23:00:00Z')).toBe('yesterday')
    expect(at('2025-11-22T22:59:00Z')).toBe(date('2025-11-30T12:00:00Z'))
  })
})

it('an end in the middle of a day keeps its time', () => {
  adoptZone('UTC')
  const end = '2025-11-30T18:30:00Z'
  expect(endText(end)).toMatch(/30.*(18:30|6:30)/)
  expect(relativeEnd(end, Date.parse('2025-11-30T15:00:00Z'))).toBe('in 3 hours')
})
