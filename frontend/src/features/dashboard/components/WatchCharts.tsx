// The charts of watching. They come after the figures, in a script of their own.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useCan } from '@/api/session'
import { BarChart } from '@/components/charts/BarChart'
import { ChartCard } from '@/components/charts/ChartCard'
import { type HeatCell, Heatmap } from '@/components/charts/Heatmap'
import { Ranking } from '@/components/charts/Ranking'
import { Avatar } from '@/components/ui/Avatar'
import { ErrorState } from '@/components/ui/ErrorState'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { date, dayMonth, duration, fullDay, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type WatchStats, watchStatsQuery } from '../queries'
import {
  HOURS,
  heatCells,
  heatColumns,
  heatRows,
  heatSummary,
  playBars,
  playsSummary,
} from './chart-data'

interface ChartProps {
  days: number
}

/** One chart, as soon as the figures are there. */
function Charted({ days, children }: ChartProps & { children: (stats: WatchStats) => ReactNode }) {
  const stats = useQuery(watchStatsQuery(days))
  if (stats.isPending) return <BlockSkeleton lines={4} />
  if (stats.isLoadingError)
    return (
      <ErrorState
        title={m.chart_failed()}
        error={stats.error}
        onRetry={() => void stats.refetch()}
      />
    )
  return children(stats.data)
}

/** "Last 30 days, Europe/Berlin", and since when PUM has watched where that is not long ago. */
function hint({ watching_since: since, time_zone, from }: WatchStats, days: number): string {
  if (!since) return m.chart_never()
  const span = m.chart_span({ count: days, zone: time_zone })
  return Date.parse(since) > Date.parse(from)
    ? m.chart_span_since({ span, date: date(since) })
    : span
}

/** How much was watched, day by day, and of what. */
export function PlaysPerDay({ days }: ChartProps) {
  return (
    <Charted days={days}>
      {(stats) => {
        const { series, bars } = playBars(stats.days)
        return (
          <ChartCard
            title={m.chart_plays()}
            hint={hint(stats, days)}
            summary={playsSummary(stats.days)}
            series={series}
            table={{
              head: [m.chart_day(), ...series.map(({ label }) => label)],
              rows: bars.map(({ id, label, values }) => ({
                id,
                cells: [label, ...values.map(number)],
              })),
            }}
          >
            <BarChart label={m.chart_plays()} series={series} bars={bars} height={200} />
          </ChartCard>
        )
      }}
    </Charted>
  )
}

const timeAt = (cell: HeatCell | undefined) => (cell?.value ? duration(cell.value) : '–')

/** At which times of the week people watch. */
export function WhenPeopleWatch({ days }: ChartProps) {
  return (
    <Charted days={days}>
      {(stats) => {
        const [rows, columns, cells] = [heatRows(), heatColumns(), heatCells(stats.heatmap)]
        return (
          <ChartCard
            title={m.chart_heat()}
            hint={m.chart_heat_hint({ count: days, zone: stats.time_zone })}
            summary={heatSummary(stats.heatmap)}
            table={{
              head: [m.chart_hour(), ...rows.map(({ short }) => short)],
              rows: columns.map(({ label }, hour) => ({
                id: label,
                cells: [label, ...rows.map((_, row) => timeAt(cells[row * HOURS + hour]))],
              })),
            }}
          >
            <Heatmap label={m.chart_heat()} rows={rows} columns={columns} cells={cells} />
          </ChartCard>
        )
      }}
    </Charted>
  )
}

type Active = WatchStats['most_active'][number]

// The table has all of them.
const SHOWN = 6

const nameOf = ({ user, viewer_name }: Active) => user?.username || viewer_name || m.stream_nobody()
const idOf = ({ user }: Active, place: number) => user?.id ?? `unknown ${place}`

/** Who watches most. */
export function MostActive({ days }: ChartProps) {
  const can = useCan()
  return (
    <Charted days={days}>
      {({ most_active: people }) => (
        <ChartCard
          title={m.chart_active()}
          hint={m.chart_active_hint({ count: days })}
          summary={
            people[0]
              ? m.chart_active_summary({
                  name: nameOf(people[0]),
                  time: duration(people[0].watch_seconds),
                })
              : m.chart_nothing()
          }
          table={{
            head: [m.users_col_person(), m.users_col_plays(), m.users_col_watch_time()],
            rows: people.map((person, place) => ({
              id: idOf(person, place),
              cells: [
                <bdi key="name">{nameOf(person)}</bdi>,
                number(person.plays),
                duration(person.watch_seconds),
              ],
            })),
          }}
        >
          <Ranking
            label={m.chart_active()}
            items={people.slice(0, SHOWN).map((person, place) => ({
              id: idOf(person, place),
              picture: <Avatar name={nameOf(person)} src={person.user?.thumb} size="sm" />,
              name:
                person.user && can('users.view') ? (
                  <Link
                    to="/users/$userId"
                    params={{ userId: person.user.id }}
                    className="hover:underline"
                  >
                    <bdi>{nameOf(person)}</bdi>
                  </Link>
                ) : (
                  <bdi>{nameOf(person)}</bdi>
                ),
              value: person.watch_seconds,
              words: duration(person.watch_seconds),
            }))}
          />
        </ChartCard>
      )}
    </Charted>
  )
}

/** Who came, day by day. */
export function NewUsers({ days }: ChartProps) {
  return (
    <Charted days={days}>
      {({ new_users }) => {
        const count = new_users.reduce((sum, each) => sum + each.count, 0)
        const series = [{ id: 'new', label: m.chart_new_users() }]
        const bars = new_users.map((each) => ({
          id: each.date,
          label: fullDay(each.date),
          tick: dayMonth(each.date),
          values: [each.count],
        }))
        return (
          <ChartCard
            title={m.chart_new_users()}
            hint={m.chart_active_hint({ count: days })}
            summary={m.chart_new_users_summary({ count })}
            table={{
              head: [m.chart_day(), m.chart_new_users()],
              rows: bars.map(({ id, label, values }) => ({
                id,
                cells: [label, ...values.map(number)],
              })),
            }}
          >
            <BarChart label={m.chart_new_users()} series={series} bars={bars} height={110} />
          </ChartCard>
        )
      }}
    </Charted>
  )
}
