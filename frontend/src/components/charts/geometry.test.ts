import { describe, expect, it } from 'vitest'
import { type Bar, barPlot, heatLevel, moveTo, shareOf } from './geometry'

const bar = (id: string, ...values: number[]): Bar => ({ id, label: id, tick: id, values })

describe('stacked bars', () => {
  it('stand on the axis and reach their number on a rounded scale', () => {
    const { bars, grid } = barPlot([bar('a', 90), bar('b', 45)], 1, 200, 100)
    expect(grid.map(({ value }) => value)).toEqual([0, 20, 40, 60, 80, 100])
    expect(grid[0]?.y).toBe(100)
    const [one, half] = bars
    expect(one?.parts).toEqual([{ series: 0, y: expect.closeTo(10), height: expect.closeTo(90) }])
    expect(half?.parts[0]?.height).toBeCloseTo(45)
  })

  it('put one part on the other with a gap between them', () => {
    const [only] = barPlot([bar('a', 60, 40)], 2, 100, 100).bars
    expect(only?.parts).toEqual([
      { series: 0, y: expect.closeTo(40), height: expect.closeTo(60) },
      { series: 1, y: 0, height: expect.closeTo(38.5) },
    ])
  })

  it('leave out what is not there, and show a little of what hardly is', () => {
    const [many] = barPlot([bar('a', 1000, 0, 1)], 3, 100, 100).bars
    expect(many?.parts.map(({ series }) => series)).toEqual([0, 2])
    expect(many?.parts[1]?.height).toBe(1)
  })

  it('count in whole numbers, also where there are hardly any', () => {
    expect(barPlot([bar('a', 1)], 1, 100, 100).grid.map(({ value }) => value)).toEqual([0, 1])
    expect(barPlot([bar('a', 0)], 1, 100, 100).bars[0]?.parts).toEqual([])
    expect(barPlot([], 3, 100, 100).bars).toEqual([])
  })

  it('carry only the words that there is room for', () => {
    const month = Array.from({ length: 30 }, (_, day) => bar(String(day), 1))
    const wide = barPlot(month, 1, 1800, 100).ticks
    const phone = barPlot(month, 1, 300, 100).ticks
    expect(wide).toHaveLength(30)
    expect(phone).toEqual([0, 6, 12, 18, 24])
    const seven = month.slice(0, 7)
    expect(barPlot(seven, 1, 200, 100).ticks).toEqual([0, 3])
  })

  it('stay within the plot', () => {
    const month = Array.from({ length: 30 }, (_, day) => bar(String(day), day))
    for (const { x, width } of barPlot(month, 1, 300, 100).bars) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(300)
    }
  })
})

describe('heat', () => {
  it.each([
    [0, 10, 0],
    [1, 1000, 1],
    [2, 10, 1],
    [5, 10, 3],
    [10, 10, 5],
    [0, 0, 0],
  ])('of %d where %d is the most is %d', (value, most, level) => {
    expect(heatLevel(value, most)).toBe(level)
  })
})

describe('a share', () => {
  it.each([
    [5, 10, 50],
    [10, 10, 100],
    [1, 100_000, 1],
    [0, 10, 0],
    [0, 0, 0],
  ])('of %d where %d is the most takes %d%%', (value, most, percent) => {
    expect(shareOf(value, most)).toBe(percent)
  })
})

describe('the keyboard', () => {
  it.each([
    ['ArrowRight', 3, 4],
    ['ArrowRight', 6, 6],
    ['ArrowLeft', 0, 0],
    ['Home', 5, 0],
    ['End', 2, 6],
    ['ArrowUp', 3, undefined],
    ['a', 3, undefined],
  ])('%s leads from bar %d of seven to %s', (key, from, to) => {
    expect(moveTo(key, from, 7, 7)).toBe(to)
  })

  it.each([
    ['ArrowDown', 25, 49],
    ['ArrowUp', 25, 1],
    ['ArrowUp', 1, 1],
    ['ArrowDown', 167, 167],
    ['ArrowRight', 23, 23],
    ['ArrowLeft', 24, 24],
    ['End', 30, 47],
  ])('%s leads from hour %d of a week to %s', (key, from, to) => {
    expect(moveTo(key, from, 168, 24)).toBe(to)
  })
})
