import type { Schema } from '@/api/client'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { StatCard } from '@/components/ui/StatCard'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { serverState } from './server-words'

/** The four figures on top. */
export function Figures({ stats }: { stats: Schema<'Stats'> }) {
  const { server } = stats
  return (
    <div className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-4">
      <StatCard
        label={m.dashboard_users()}
        value={number(stats.users)}
        hint={stats.pending > 0 && m.dashboard_pending({ count: number(stats.pending) })}
      />
      <StatCard label={m.dashboard_active_invites()} value={number(stats.active_invites)} />
      <StatCard label={m.dashboard_libraries()} value={number(stats.libraries)} />
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
