// What the list of syncs and one sync say in the same way.
import { RefreshCw } from 'lucide-react'
import { useCan } from '@/api/session'
import { problemText } from '@/components/problem-text'
import { syncState } from '@/components/sync-words'
import { Button } from '@/components/ui/Button'
import { Chip } from '@/components/ui/Chip'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { type Sync, useSync } from '../queries'

export function StateChip({ sync }: { sync: Sync }) {
  const { label, tone } = syncState(sync.state)
  return (
    <Chip tone={tone} dot>
      {label}
    </Chip>
  )
}

/** Everything that a sync counts, by the kind that its findings can be narrowed to. */
export const COUNTS = [
  { kind: 'added', label: m.sync_kind_added, of: (sync: Sync) => sync.added },
  { kind: 'updated', label: m.sync_kind_updated, of: (sync: Sync) => sync.updated },
  { kind: 'missing', label: m.sync_kind_missing, of: (sync: Sync) => sync.missing },
  { kind: 'left', label: m.sync_kind_left, of: (sync: Sync) => sync.left },
  { kind: 'returned', label: m.sync_kind_returned, of: (sync: Sync) => sync.returned },
  { kind: 'problem', label: m.sync_kind_problem, of: (sync: Sync) => sync.problems },
  { kind: null, label: m.sync_kind_skipped, of: (sync: Sync) => sync.skipped },
  { kind: null, label: m.sync_kind_unchanged, of: (sync: Sync) => sync.unchanged },
]

/** Compares with Plex, for whoever may. */
export function SyncButton({ busy }: { busy: boolean }) {
  const can = useCan()
  const sync = useSync()
  if (!can('users.sync')) return null
  return (
    <Button
      icon={RefreshCw}
      busy={busy || sync.isPending}
      onClick={() =>
        sync.mutate(undefined, {
          onSuccess: () => toast.ok(m.syncs_asked()),
          onError: (error) => toast.error(m.syncs_ask_failed(), problemText(error)),
        })
      }
    >
      {m.syncs_now()}
    </Button>
  )
}
