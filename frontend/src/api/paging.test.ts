import { expect, test } from 'vitest'
import { allRows } from './paging'

const page = (items: string[], total: number, total_is_minimum: boolean) => ({
  items,
  total,
  total_is_minimum,
})

test('counting stops at the first beyond a round number, which is what is told', () => {
  const pages = [page(['anna'], 10_001, true), page(['bert'], 10_001, true)]
  expect(allRows({ pages, pageParams: [] })).toEqual({
    rows: ['anna', 'bert'],
    total: 10_000,
    totalIsMinimum: true,
  })
  expect(allRows({ pages: [page(['anna'], 10_000, false)], pageParams: [] })).toMatchObject({
    total: 10_000,
    totalIsMinimum: false,
  })
  expect(allRows({ pages: [], pageParams: [] })).toMatchObject({ rows: [], total: 0 })
})
