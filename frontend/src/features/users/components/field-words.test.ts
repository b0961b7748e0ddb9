import { afterEach, expect, it } from 'vitest'
import { endText } from '@/lib/ends'
import { adoptZone } from '@/lib/zone'
import { fieldWords } from './field-words'

afterEach(() => adoptZone(undefined))

it.each([
  ['Europe/Berlin', '2025-11-30T23:00:00.000Z'],
  ['America/New_York', '2025-12-01T05:00:00.000Z'],
])('the end of access, set as 30 November in %s, is that day', (zone, end) => {
  adoptZone(zone)
  const words = fieldWords('access_expires_at', end)
  expect(words).toContain(endText(end))
  expect(words).toMatch(/30/)
  expect(words).not.toMatch(/Dec|00:00|12:00/)
})

it('no end of access is said so', () => {
  expect(fieldWords('access_expires_at', null)).toMatch(/Never$/)
})
