import { useInfiniteQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useCan } from '@/api/session'
import { useSync } from '@/api/syncs'
import { actorKind } from '@/components/event-words'
import { KeysetList } from '@/components/KeysetList'
import { SyncButton } from '@/components/SyncButton'
import { syncProblem } from '@/components/sync-words'
import type { Column } from '@/components/ui/DataTable'
import { EmptyState } from '@/components/ui/EmptyState'
import { Link } from '@/components/ui/Link'
import { PageHead } from '@/components/ui/PageHead'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { list as listed, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { COUNTS, StateChip } from '../components/SyncParts'
import { type Sync, syncsQuery, underWay } from '../queries'

/** Every comparison with Plex, and a button for one more. */
export default function SyncsPage() {
  const can = useCan()
  const list = useInfiniteQuery(syncsQuery)
  const sync = useSync()
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title={m.syncs_title()}
        status={m.syncs_status()}
        actions={
          can('users.sync') && <SyncButton sync={sync} busy={list.data?.rows.some(underWay)} />
        }
      />
      <KeysetList
        label={m.syncs_title()}
        list={list}
        failed={m.syncs_failed()}
        empty={
          <EmptyState icon={RefreshCw} title={m.syncs_empty()}>
            {m.syncs_empty_text()}
          </EmptyState>
        }
        columns={columns()}
        rowKey={(sync) => sync.sync_id}
        card={(sync) => <SyncCard sync={sync} />}
      />
    </div>
  )
}

function When({ sync }: { sync: Sync }) {
  return (
    <Link to="/users/syncs/$syncId" params={{ syncId: sync.sync_id }} className="text-fg">
      <RelativeTime value={sync.requested_at} />
    </Link>
  )
}

/** "3 Added, 1 Left", or why it came to nothing. */
function found(sync: Sync): string {
  if (sync.state === 'failed') return syncProblem(sync.problem) ?? sync.detail ?? '–'
  if (underWay(sync)) return '–'
  const parts = COUNTS.filter(({ kind, of }) => kind !== null && of(sync) > 0).map((count) =>
    m.sync_count({ count: number(count.of(sync)), what: count.label() }),
  )
  return parts.length > 0 ? listed(parts) : m.syncs_none()
}

const who = ({ actor }: Sync) => <bdi>{actor.name ?? actorKind(actor.kind)}</bdi>

function columns(): Column<Sync>[] {
  return [
    { id: 'when', header: m.syncs_col_when(), cell: (sync) => <When sync={sync} /> },
    { id: 'state', header: m.syncs_col_state(), cell: (sync) => <StateChip sync={sync} /> },
    { id: 'found', header: m.syncs_col_found(), cell: found },
    { id: 'who', header: m.syncs_col_who(), cell: who },
  ]
}

function SyncCard({ sync }: { sync: Sync }) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-start justify-between gap-3">
        <When sync={sync} />
        <StateChip sync={sync} />
      </div>
      <p className="text-sm text-fg-2">{found(sync)}</p>
      <p className="text-sm text-fg-3">{who(sync)}</p>
    </div>
  )
}
