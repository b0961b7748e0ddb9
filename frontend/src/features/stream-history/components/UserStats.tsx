import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Ranking } from '@/components/charts/Ranking'
import { CardSection } from '@/components/ui/Card'
import { ErrorState } from '@/components/ui/ErrorState'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { date, duration, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { userStatsQuery } from '../queries'

// The rest are seldom used.
const SHOWN = 8

const SPANS = [
  { key: 'day', label: m.stats_day },
  { key: 'week', label: m.stats_week },
  { key: 'month', label: m.stats_month },
  { key: 'all', label: m.stats_all },
] as const

/** How much somebody has watched, lately and in all, and on what. */
export function UserStats({ userId }: { userId: string }) {
  const stats = useQuery(userStatsQuery(userId))
  if (stats.isPending) return <BlockSkeleton lines={2} />
  if (stats.isLoadingError)
    return (
      <ErrorState
        title={m.stats_failed()}
        error={stats.error}
        onRetry={() => void stats.refetch()}
      />
    )
  const { players, watching_since: since } = stats.data
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <CardSection
        title={m.stats_title()}
        hint={since ? m.stats_since({ date: date(since) }) : m.stats_never()}
      >
        <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4 lg:grid-cols-2">
          {SPANS.map(({ key, label }) => {
            const { plays, watch_seconds } = stats.data[key]
            return (
              <div key={key} className="rounded-tile border border-line bg-sunken px-3 py-2.5">
                <dt className="text-xs text-fg-3">{label()}</dt>
                <dd className="num text-lg font-semibold">{duration(watch_seconds)}</dd>
                <dd className="num text-xs text-fg-2">{m.stats_plays({ count: plays })}</dd>
              </div>
            )
          })}
        </dl>
      </CardSection>
      {players.length > 0 && (
        <CardSection title={m.stats_players()} hint={m.stats_players_hint()}>
          <Ranking
            label={m.stats_players()}
            items={players.slice(0, SHOWN).map(({ player, plays, watch_seconds }) => ({
              id: player,
              name: (
                <Link
                  to="/users/$userId/streams"
                  params={{ userId }}
                  search={(before) => ({ ...before, player })}
                  resetScroll={false}
                  className="hover:underline"
                >
                  <bdi>{player || m.stream_player_unknown()}</bdi>
                </Link>
              ),
              value: plays,
              words: m.stats_player({ plays: number(plays), time: duration(watch_seconds) }),
            }))}
          />
        </CardSection>
      )}
    </div>
  )
}
