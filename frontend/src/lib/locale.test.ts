import { expect, it } from 'vitest'
import { pick } from './locale'

interface Inputs {
  count: number
  year: number
}

it('groups the digits of a count, which still tells one from many', () => {
  const say = pick((inputs) => {
    const { count, year } = inputs as Inputs
    return `${count} ${Number(count) === 1 ? 'person' : 'people'} since ${year}`
  }, 'Leute')
  expect(say({ count: 1, year: 2026 })).toBe('1 person since 2026')
  expect(say({ count: 999, year: 2026 })).toBe('999 people since 2026')
  expect(say({ count: 9017, year: 2026 })).toBe('9,017 people since 2026')
})
