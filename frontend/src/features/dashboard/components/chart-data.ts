// What the figures of watching become in the charts.

import type { Bar, Series } from '@/components/charts/geometry'
import type { HeatCell } from '@/components/charts/Heatmap'
import { dayMonth, duration, fullDay, hourOfDay, number, weekday } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import type { WatchStats } from '../queries'

type Day = WatchStats['days'][number]
type Kind = Exclude<keyof Day, 'date'>

const KINDS: { id: Kind; label: () => string }[] = [
  { id: 'episodes', label: m.chart_episodes },
  { id: 'movies', label: m.chart_movies },
  { id: 'tracks', label: m.chart_tracks },
  { id: 'other', label: m.chart_other },
]

export const HOURS = 24
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]
// The hours that the axis names.
const EVERY_HOURS = 6

const plays = (day: Day) => KINDS.reduce((sum, { id }) => sum + day[id], 0)

/** Plays per day, by kind; what is neither film, show nor music only where there is some. */
export function playBars(days: Day[]): { series: Series[]; bars: Bar[] } {
  const kinds = KINDS.filter(({ id }) => id !== 'other' || days.some(({ other }) => other > 0))
  return {
    series: kinds.map(({ id, label }) => ({ id, label: label() })),
    bars: days.map((day) => ({
      id: day.date,
      label: fullDay(day.date),
      tick: dayMonth(day.date),
      values: kinds.map(({ id }) => day[id]),
    })),
  }
}

/** "412 plays, most on Sat 14 November: 31". */
export function playsSummary(days: Day[]): string {
  const best = days.reduce<Day | undefined>(
    (most, day) => (plays(day) > (most ? plays(most) : 0) ? day : most),
    undefined,
  )
  if (!best) return m.chart_nothing()
  const count = days.reduce((sum, day) => sum + plays(day), 0)
  return m.chart_plays_summary({
    count: number(count),
    day: fullDay(best.date),
    most: number(plays(best)),
  })
}

/** Every hour of the week, also those at which nobody watched. */
export function heatCells(heatmap: WatchStats['heatmap']): HeatCell[] {
  const known = new Map(heatmap.map((cell) => [cell.weekday * HOURS + cell.hour, cell]))
  return WEEKDAYS.flatMap((day) =>
    Array.from({ length: HOURS }, (_, hour) => {
      const cell = known.get(day * HOURS + hour)
      return {
        value: cell?.watch_seconds ?? 0,
        words: m.chart_cell({
          plays: m.stats_plays({ count: cell?.plays ?? 0 }),
          time: duration(cell?.watch_seconds ?? 0),
        }),
      }
    }),
  )
}

export const heatRows = () =>
  WEEKDAYS.map((day) => ({ short: weekday(day, 'short'), label: weekday(day, 'long') }))

export const heatColumns = () =>
  Array.from({ length: HOURS }, (_, hour) => ({
    label: hourOfDay(hour),
    tick: hour % EVERY_HOURS === 0 ? hourOfDay(hour) : null,
  }))

/** "Most is watched on Saturday at 20:00". */
export function heatSummary(heatmap: WatchStats['heatmap']): string {
  const best = heatmap.reduce<WatchStats['heatmap'][number] | undefined>(
    (most, cell) => (cell.watch_seconds > (most?.watch_seconds ?? 0) ? cell : most),
    undefined,
  )
  return best
    ? m.chart_heat_summary({ day: weekday(best.weekday, 'long'), hour: hourOfDay(best.hour) })
    : m.chart_nothing()
}
