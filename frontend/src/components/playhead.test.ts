import { expect, it } from 'vitest'
import { positionNow } from './playhead'

const SEEN = Date.parse('2025-11-24T12:00:00Z')
const HOUR = 3_600_000
const stream = {
  state: 'playing',
  seen_at: '2025-11-24T12:00:00Z',
  position_seconds: 600,
  duration_seconds: 1200,
}

it('goes on while it plays, and stands while it does not', () => {
  expect(positionNow(stream, SEEN, SEEN + 30_000)).toBe(630)
  expect(positionNow({ ...stream, state: 'paused' }, SEEN, SEEN + 30_000)).toBe(600)
  expect(positionNow({ ...stream, state: 'buffering' }, SEEN, SEEN + 30_000)).toBe(600)
})

it('never runs past the end', () => {
  expect(positionNow(stream, SEEN, SEEN + HOUR)).toBe(1200)
  expect(positionNow({ ...stream, duration_seconds: null }, SEEN, SEEN + HOUR)).toBe(600 + 3600)
})

it('is not led astray by a clock that differs from the server’s', () => {
  expect(positionNow(stream, SEEN + HOUR, SEEN + HOUR)).toBe(690)
  expect(positionNow(stream, SEEN - HOUR, SEEN - HOUR)).toBe(600)
})

it('is unknown while the server does not know it', () => {
  expect(positionNow({ ...stream, position_seconds: null }, SEEN, SEEN)).toBeNull()
})
