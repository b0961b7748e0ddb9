import { describe, expect, it } from 'vitest'
import { compact, oneOf, text } from './search'

describe('reading an address', () => {
  it('keeps texts, also those that look like numbers, and cuts the endless', () => {
    expect(text('book')).toBe('book')
    expect(text(2025)).toBe('2025')
    expect(text('x'.repeat(500))).toHaveLength(200)
  })

  it('leaves out what does not fit', () => {
    expect(text('')).toBeUndefined()
    expect(text({ a: 1 })).toBeUndefined()
    expect(oneOf('active', ['active', 'paused'])).toBe('active')
    expect(oneOf('nonsense', ['active', 'paused'])).toBeUndefined()
    expect(compact({ q: undefined, sort: 'label' })).toEqual({ sort: 'label' })
  })
})
