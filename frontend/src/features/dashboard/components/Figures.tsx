import { useQuery } from '@tanstack/react-query'
import type { Schema } from '@/api/client'
import { useCan } from '@/api/session'
import { fewStreamsQuery } from '@/api/streams'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { StatCard } from '@/components/ui/StatCard'
import { bitRate, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { serverState } from './server-words'

/** The four figures on top. */
export function Figures({ stats }: { stats: Schema<'Stats'> }) {
  const can = useCan()
  const { server } = stats
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">
      <StatCard
        label={m.dashboard_users()}
        value={number(stats.users)}
        hint={stats.pending > 0 && m.dashboard_pending({ count: number(stats.pending) })}
      />
      <StatCard label={m.dashboard_active_invites()} value={number(stats.active_invites)} />
      {can('streams.view') ? (
        <StreamsNow />
      ) : (
        <StatCard label={m.dashboard_libraries()} value={number(stats.libraries)} />
      )}
      <StatCard
        label={server.name ?? m.dashboard_server()}
        value={serverState(server.state)}
        hint={
          server.checked_at && (
            <>
              {m.dashboard_checked()} <RelativeTime value={server.checked_at} />
            </>
          )
        }
      />
    </div>
  )
}

/** How many watch now, and what they take. */
function StreamsNow() {
  const summary = useQuery(fewStreamsQuery).data?.summary
  return (
    <StatCard
      label={m.dashboard_streams()}
      value={summary ? number(summary.count) : '–'}
      hint={summary && summary.count > 0 && bitRate(summary.bandwidth_kbps)}
    />
  )
}
