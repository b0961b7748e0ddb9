import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Schema } from '@/api/client'
import { useAdmin, useCan } from '@/api/session'
import { statsQuery } from '@/api/stats'
import { ErrorState } from '@/components/ui/ErrorState'
import { PageHead } from '@/components/ui/PageHead'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { BlockSkeleton, ListSkeleton } from '@/components/ui/Skeleton'
import { m } from '@/paraglide/messages.js'
import { ExpiringSoon } from '../components/ExpiringSoon'
import { Figures } from '../components/Figures'
import { NeedsAttention } from '../components/NeedsAttention'
import { RecentEvents } from '../components/RecentEvents'
import { CHART_DAYS, USUAL_DAYS } from '../routes'

const NowPlaying = lazy(() => import('../components/NowPlaying'))
const charts = () => import('../components/WatchCharts')
const PlaysPerDay = lazy(async () => ({ default: (await charts()).PlaysPerDay }))
const WhenPeopleWatch = lazy(async () => ({ default: (await charts()).WhenPeopleWatch }))
const MostActive = lazy(async () => ({ default: (await charts()).MostActive }))
const NewUsers = lazy(async () => ({ default: (await charts()).NewUsers }))

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
  const can = useCan()
  const { days = USUAL_DAYS } = useSearch({ from: '/shell/' })
  const watched = can('stream_history.view')
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
        actions={watched && <LookBack />}
      />
      {stats.isPending ? (
        <>
          <BlockSkeleton lines={1} />
          <ListSkeleton rows={4} />
        </>
      ) : stats.isLoadingError ? (
        <ErrorState
          title={m.dashboard_failed()}
          error={stats.error}
          onRetry={() => void stats.refetch()}
        />
      ) : (
        <>
          <Figures stats={stats.data} />
          {can('streams.view') && (
            <Suspense fallback={<BlockSkeleton lines={2} />}>
              <NowPlaying />
            </Suspense>
          )}
          {watched ? (
            <div className="grid items-start gap-4 lg:grid-cols-[2fr_1fr] lg:grid-rows-[auto_auto_1fr]">
              <Suspense fallback={<BlockSkeleton lines={4} />}>
                <PlaysPerDay days={days} />
              </Suspense>
              <div className="flex flex-col gap-4 lg:col-start-2 lg:row-span-3 lg:row-start-1">
                <Beside stats={stats.data} />
                <RecentEvents events={stats.data.recent} />
              </div>
              <div className="grid items-start gap-4 xl:grid-cols-2">
                <Suspense fallback={<BlockSkeleton lines={4} />}>
                  <WhenPeopleWatch days={days} />
                  <MostActive days={days} />
                </Suspense>
              </div>
              <Suspense fallback={<BlockSkeleton lines={2} />}>
                <NewUsers days={days} />
              </Suspense>
            </div>
          ) : (
            <div className="grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
              <RecentEvents events={stats.data.recent} />
              <div className="flex flex-col gap-4">
                <Beside stats={stats.data} />
              </div>
            </div>
          )}
        </>
      )}
    </div>
  )
}

/** What should be looked at soon. */
function Beside({ stats }: { stats: Schema<'Stats'> }) {
  return (
    <>
      <NeedsAttention stats={stats} />
      <ExpiringSoon expiring={stats.expiring} />
    </>
  )
}

/** Over how many days the charts look back; the address keeps it. */
function LookBack() {
  const { days = USUAL_DAYS } = useSearch({ from: '/shell/' })
  const navigate = useNavigate()
  return (
    <SegmentedControl
      label={m.dashboard_look_back()}
      value={String(days)}
      onChange={(next) =>
        void navigate({
          to: '.',
          search: { days: CHART_DAYS.find((each) => String(each) === next) },
          replace: true,
          resetScroll: false,
        })
      }
      options={CHART_DAYS.map((count) => ({
        value: String(count),
        label: m.users_days({ count }),
      }))}
    />
  )
}
