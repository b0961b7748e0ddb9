// What the list of syncs and one sync say in the same way.
import { syncState } from '@/components/sync-words'
import { Chip } from '@/components/ui/Chip'
import { m } from '@/paraglide/messages.js'
import type { Sync } from '../queries'

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
