import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { actorKind } from '@/components/event-words'
import { syncProblem } from '@/components/sync-words'
import { Alert } from '@/components/ui/Alert'
import { ErrorState } from '@/components/ui/ErrorState'
import { ButtonLink } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { BlockSkeleton } from '@/components/ui/Skeleton'
import { dateTime, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { HeldRemovals } from '../components/HeldRemovals'
import { SyncItems } from '../components/SyncItems'
import { COUNTS, StateChip } from '../components/SyncParts'
import { type Sync, syncQuery, underWay } from '../queries'

/** One comparison with Plex: what waits for an admin, what it counted, what it found. */
export default function SyncPage() {
  const { syncId } = useParams({ from: '/shell/users/syncs/$syncId' })
  const search = useSearch({ from: '/shell/users/syncs/$syncId' })
  const sync = useQuery(syncQuery(syncId))
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={
          sync.data ? m.sync_title_at({ when: dateTime(sync.data.requested_at) }) : m.sync_title()
        }
        status={sync.data && <Status sync={sync.data} />}
        actions={<ButtonLink to="/users/syncs">{m.syncs_all()}</ButtonLink>}
      />
      {sync.isPending ? (
        <BlockSkeleton />
      ) : sync.isLoadingError ? (
        <ErrorState
          title={m.sync_one_failed()}
          error={sync.error}
          onRetry={() => void sync.refetch()}
        />
      ) : (
        <>
          <Trouble sync={sync.data} />
          {sync.data.needs_confirmation && (
            <HeldRemovals id={syncId} held={sync.data.needs_confirmation} />
          )}
          <Counts sync={sync.data} />
          <SyncItems id={syncId} search={search} />
        </>
      )}
    </div>
  )
}

function Status({ sync }: { sync: Sync }) {
  const name = sync.actor.name ?? actorKind(sync.actor.kind)
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StateChip sync={sync} />
      <span>{m.sync_by({ name })}</span>
      {sync.read_at && (
        <span className="text-fg-3">{m.sync_read_at({ when: dateTime(sync.read_at) })}</span>
      )}
    </span>
  )
}

/** Why it came to nothing, or to less than everything. */
function Trouble({ sync }: { sync: Sync }) {
  if (underWay(sync)) return <Alert tone="info">{m.sync_underway()}</Alert>
  // The list of people says it better.
  if (!sync.problem || sync.needs_confirmation) return null
  return (
    <Alert tone={sync.state === 'failed' ? 'bad' : 'warn'} live={false}>
      {syncProblem(sync.problem) ?? sync.detail}
    </Alert>
  )
}

function Counts({ sync }: { sync: Sync }) {
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
      {COUNTS.map((count) => (
        <div
          key={count.label()}
          className="rounded-tile border border-line bg-surface px-4 py-3 shadow-1"
        >
          <dt className="text-xs text-fg-3">{count.label()}</dt>
          <dd className="num text-xl font-semibold">{number(count.of(sync))}</dd>
        </div>
      ))}
    </dl>
  )
}
