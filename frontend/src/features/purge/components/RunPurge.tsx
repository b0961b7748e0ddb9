import { useState } from 'react'
import type { Schema } from '@/api/client'
import { problemText } from '@/components/problem-text'
import { purgeReason } from '@/components/purge-words'
import { Button } from '@/components/ui/Button'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { Dialog } from '@/components/ui/Dialog'
import { toast } from '@/components/ui/Toast'
import { list } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type Judged, type PurgeBegun, type Terms, useRunPurge, useStopPurge } from '../queries'

// More names than that are only counted.
const NAMED = 5
// So long nobody is removed yet.
const UNDO_MS = 10_000

interface RunPurgeProps {
  terms: Terms
  people: Judged[]
  open: boolean
  onClose: () => void
  onDone: () => void
}

/** Asks once more, has them removed, and says who stays after all. */
export function RunPurge({ terms, people, open, onClose, onDone }: RunPurgeProps) {
  const run = useRunPurge(terms)
  const stop = useStopPurge()
  const [kept, setKept] = useState<{ run: PurgeBegun; names: Map<string, string> } | null>(null)
  const count = people.length
  const names = people.slice(0, NAMED).map(({ user }) => user.username)
  const close = () => {
    run.reset()
    onClose()
  }
  const tell = ({ purge_id: id, accepted }: PurgeBegun) => {
    if (accepted === 0) return
    toast.ok(
      m.purge_started({ count: accepted }),
      id
        ? {
            label: m.user_undo(),
            forMs: UNDO_MS,
            // The page, and this with it, may be left by then.
            onSelect: () => void stop.mutateAsync(id).then(tellStopped, tellFailed),
          }
        : undefined,
    )
  }
  const start = () => {
    const known = new Map(people.map(({ user }) => [user.id, user.username]))
    run.mutateAsync([...known.keys()]).then(
      (result) => {
        tell(result)
        if (result.refused.length > 0) setKept({ run: result, names: known })
        close()
        onDone()
      },
      () => {}, // The question says it.
    )
  }
  return (
    <>
      <ConfirmDialog
        open={open}
        onClose={close}
        title={m.purge_ask({ count })}
        confirm={m.purge_ask_do({ count })}
        danger
        busy={run.isPending}
        error={run.error ? problemText(run.error) : undefined}
        onConfirm={start}
      >
        <div className="flex flex-col gap-3">
          <p>
            {count > NAMED
              ? m.purge_ask_names_more({ names: list(names), more: count - NAMED })
              : list(names)}
          </p>
          <p>{m.purge_ask_text()}</p>
        </div>
      </ConfirmDialog>
      {kept && (
        <Dialog
          open
          onClose={() => setKept(null)}
          title={m.purge_kept({ count: kept.run.refused.length })}
          description={m.purge_kept_text()}
          footer={<Button onClick={() => setKept(null)}>{m.ui_close()}</Button>}
        >
          <ul className="flex flex-col gap-2">
            {kept.run.refused.map(({ user_id, reason }) => (
              <li key={user_id}>
                <bdi className="font-medium">
                  {kept.names.get(user_id) ?? m.attention_somebody()}
                </bdi>
                <span className="block text-sm text-fg-3">{purgeReason(reason) ?? reason}</span>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  )
}

/** What stopping it came to: it takes everything back only as long as nothing has begun. */
function tellStopped({ counts }: Schema<'Bulk'>) {
  const gone = counts.applied + counts.under_way
  if (gone === 0) toast.ok(m.purge_stopped())
  else toast.error(m.purge_stopped_late({ count: gone }), m.purge_stopped_late_text())
}

const tellFailed = (error: unknown) => toast.error(m.purge_stop_failed(), problemText(error))
