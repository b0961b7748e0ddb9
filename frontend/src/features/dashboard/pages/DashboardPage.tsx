import { useQuery } from '@tanstack/react-query'
import { useAdmin } from '@/api/session'
import { statsQuery } from '@/api/stats'
import { ErrorState } from '@/components/ui/ErrorState'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton, ListSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { ExpiringSoon } from '../components/ExpiringSoon'
import { Figures } from '../components/Figures'
import { NeedsAttention } from '../components/NeedsAttention'
import { RecentEvents } from '../components/RecentEvents'

// The hours at which a greeting changes.
const NOON = 11
const EVENING = 18

function greeting(name: string): string {
  const hour = new Date().getHours()
  if (hour < NOON) return m.dashboard_hello_morning({ name })
  return hour < EVENING ? m.dashboard_hello_day({ name }) : m.dashboard_hello_evening({ name })
}

/** How things stand, at a glance; live. */
export default function DashboardPage() {
  const admin = useAdmin()
  const stats = useQuery(statsQuery)
  const attention = stats.data && stats.data.attention.length + (stats.data.worker_running ? 0 : 1)
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={greeting(admin.username)}
        status={
          attention !== undefined &&
          (attention === 0 ? m.dashboard_calm() : m.dashboard_attention_count({ count: attention }))
        }
      />
      {stats.isPending ? (
        <>
          <BlockSkeleton lines={1} />
          <ListSkeleton rows={4} />
        </>
      ) : stats.isError ? (
        <ErrorState
          title={m.dashboard_failed()}
          error={stats.error}
          onRetry={() => void stats.refetch()}
        />
      ) : (
        <>
          <Figures stats={stats.data} />
          <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
            <RecentEvents events={stats.data.recent} />
            <div className="flex flex-col gap-4">
              <NeedsAttention stats={stats.data} />
              <ExpiringSoon expiring={stats.data.expiring} />
            </div>
          </div>
        </>
      )}
    </div>
  )
}
