import { describe, expect, it } from 'vitest'
import { heatCells, heatColumns, heatRows, heatSummary, playBars, playsSummary } from './chart-data'

const day = (date: string, movies: number, episodes: number, other = 0) => ({
  date,
  movies,
  episodes,
  tracks: 0,
  other,
})

describe('plays per day', () => {
  it('are stacked by kind, shows first', () => {
    const { series, bars } = playBars([day('2025-11-14', 2, 5)])
    expect(series.map(({ label }) => label)).toEqual(['TV', 'Films', 'Music'])
    expect(bars[0]).toMatchObject({ id: '2025-11-14', values: [5, 2, 0] })
    expect(bars[0]?.label).toContain('14')
  })

  it('name what is none of them only where there is some', () => {
    expect(playBars([day('2025-11-14', 1, 1, 3)]).bars[0]?.values).toEqual([1, 1, 0, 3])
  })

  it('are summed up with the best day', () => {
    const words = playsSummary([day('2025-11-14', 2, 5), day('2025-11-15', 1000, 1)])
    expect(words).toContain('1,008')
    expect(words).toContain('15')
    expect(words).toContain('1,001')
    expect(playsSummary([day('2025-11-14', 0, 0)])).toBe('Nothing was watched in this time.')
  })
})

describe('the week', () => {
  it('has a place for every hour, also where nobody watched', () => {
    const cells = heatCells([{ weekday: 6, hour: 20, plays: 12, watch_seconds: 18_000 }])
    expect(cells).toHaveLength(heatRows().length * heatColumns().length)
    expect(cells[5 * 24 + 20]).toEqual({ value: 18_000, words: '12 plays, 5 hr' })
    expect(cells[0]?.value).toBe(0)
  })

  it('is summed up with its best hour', () => {
    const words = heatSummary([
      { weekday: 1, hour: 3, plays: 40, watch_seconds: 60 },
      { weekday: 6, hour: 20, plays: 12, watch_seconds: 18_000 },
    ])
    expect(words).toContain('Saturday')
    expect(words).toMatch(/20|8/)
    expect(heatSummary([])).toBe('Nothing was watched in this time.')
  })
})
