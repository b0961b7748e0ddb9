import { useInfiniteQuery } from '@tanstack/react-query'
import { Trash2, UserRoundCheck } from 'lucide-react'
import { useState } from 'react'
import { useCan } from '@/api/session'
import { KeysetList } from '@/components/KeysetList'
import { purgeReason } from '@/components/purge-words'
import { useTicks } from '@/components/ticks'
import { ActionBar, ON_ACTION_BAR } from '@/components/ui/ActionBar'
import { Alert } from '@/components/ui/Alert'
import { EmptyState } from '@/components/ui/EmptyState'
import { SegmentedControl } from '@/components/ui/SegmentedControl'
import { date } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type Judged, previewQuery, type Terms } from '../queries'
import { JudgedCard, judgedColumns } from './columns'
import { RunPurge } from './RunPurge'

const NOBODY: Judged[] = []
const idOf = ({ user }: Judged) => user.id
const label = ({ user }: Judged) => m.users_select({ name: user.username })
const leaves = ({ verdict }: Judged) => verdict === 'purge'

interface PreviewProps {
  terms: Required<Terms>
  verdict: Judged['verdict'] | undefined
  onVerdict: (verdict: Judged['verdict'] | undefined) => void
}

/** Who would be removed today, who stays, and why; the ticked ones can be removed. */
export function Preview({ terms, verdict, onVerdict }: PreviewProps) {
  const can = useCan()
  const list = useInfiniteQuery(previewQuery(terms, verdict))
  const rows = list.data?.rows ?? NOBODY
  const ticks = useTicks({
    rows,
    idOf,
    label,
    allLabel: m.purge_select_all(),
    listKey: JSON.stringify([terms, verdict]),
    may: leaves,
  })
  const [asking, setAsking] = useState(false)
  const chosen = rows.filter((row) => ticks.chosen.includes(idOf(row)))
  const known = list.data
  return (
    <div className="flex flex-col gap-4">
      {known && (
        <>
          {known.keepsEverybody ? (
            <Alert tone="warn" title={m.purge_keeps_everybody()}>
              {purgeReason(known.keepsEverybody) ?? known.keepsEverybody}
            </Alert>
          ) : (
            <Alert tone="info">
              {known.watchingSince
                ? m.purge_watching_since({ date: date(known.watchingSince) })
                : m.purge_never_watched()}
              {known.importedSince && (
                <> {m.purge_imported_since({ date: date(known.importedSince) })}</>
              )}
            </Alert>
          )}
          <div className="flex flex-wrap items-center justify-between gap-3">
            {known.counts && (
              <p role="status" className="text-base text-fg-2">
                {m.purge_would({ count: known.counts.purge })}{' '}
                {m.purge_stay({ count: known.counts.keep })}
              </p>
            )}
            <SegmentedControl
              label={m.purge_col_verdict()}
              value={verdict ?? 'all'}
              onChange={(next) => onVerdict(next === 'all' ? undefined : next)}
              options={[
                { value: 'all', label: m.purge_all() },
                { value: 'purge', label: m.purge_goes() },
                { value: 'keep', label: m.purge_stays() },
              ]}
            />
          </div>
        </>
      )}
      <KeysetList
        label={m.purge_preview()}
        list={list}
        failed={m.purge_failed()}
        empty={
          <EmptyState icon={UserRoundCheck} title={m.purge_empty()}>
            {m.purge_empty_text()}
          </EmptyState>
        }
        columns={judgedColumns()}
        rowKey={idOf}
        card={(row) => <JudgedCard row={row} />}
        selection={can('users.purge') ? ticks.selection : undefined}
      />
      {chosen.length > 0 && (
        <ActionBar
          label={m.purge_bar()}
          count={m.purge_selected({ count: chosen.length })}
          onClear={ticks.clear}
          clearLabel={m.bulk_clear()}
        >
          <button
            type="button"
            aria-haspopup="dialog"
            onClick={() => setAsking(true)}
            className={ON_ACTION_BAR}
          >
            <Trash2 aria-hidden className="size-4" />
            {m.purge_remove()}
          </button>
        </ActionBar>
      )}
      <RunPurge
        terms={terms}
        people={chosen}
        open={asking}
        onClose={() => setAsking(false)}
        onDone={ticks.clear}
      />
    </div>
  )
}
