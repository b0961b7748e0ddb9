import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schema } from '@/api/client'
import { useHeldPeople } from '@/api/held-people'
import { hasCode } from '@/api/problem'
import { useCan } from '@/api/session'
import { HeldList } from '@/components/HeldList'
import { problemText } from '@/components/problem-text'
import { purgeReason } from '@/components/purge-words'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { Card } from '@/components/ui/Card'
import { Chip, type Tone } from '@/components/ui/Chip'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { RelativeTime } from '@/components/ui/RelativeTime'
import { toast } from '@/components/ui/Toast'
import { list, number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { scheduleQuery, useConfirmPurge } from '../queries'

type Standing = Schema<'PurgeSchedule'>
type Held = NonNullable<Standing['needs_confirmation']>

const MODES: Record<Standing['mode'], { label: () => string; tone: Tone }> = {
  off: { label: m.purge_mode_off, tone: 'mute' },
  paused: { label: m.purge_mode_paused, tone: 'warn' },
  on: { label: m.purge_mode_on, tone: 'ok' },
}

/** How the purge by the clock stands, and what it asks of an admin. */
export function Schedule() {
  const standing = useQuery(scheduleQuery).data
  if (!standing) return null
  const { mode, next_run_at: next, last_run_at: last, warned_count: warned } = standing
  const { label, tone } = MODES[mode]
  const doubt = mode === 'on' && standing.keeps_everybody
  return (
    <>
      {standing.needs_confirmation && <HeldBack held={standing.needs_confirmation} />}
      <Card className="flex flex-wrap items-center gap-x-5 gap-y-2 px-4 py-3 text-sm text-fg-2 sm:px-5">
        <span className="flex items-center gap-2.5 font-medium text-fg">
          {m.purge_by_clock()}
          <Chip tone={tone} dot>
            {label()}
          </Chip>
        </span>
        {mode !== 'off' && <span>{m.purge_warned({ count: warned })}</span>}
        {mode === 'on' && next && (
          <span>
            {m.purge_next_run()} <RelativeTime value={next} />
          </span>
        )}
        {last && (
          <span>
            {m.purge_last_run()} <RelativeTime value={last} />
          </span>
        )}
        {doubt && <span className="text-warn">{purgeReason(doubt) ?? doubt}</span>}
      </Card>
    </>
  )
}

// More names than that are only counted in the question: the list is above it.
const NAMED = 10

/** Removals of the clock's that are more than may go within a day without a word of an admin's. */
function HeldBack({ held }: { held: Held }) {
  const can = useCan()
  const confirm = useConfirmPurge()
  const people = useHeldPeople(held)
  const [asking, setAsking] = useState(false)
  const names = list(held.people.slice(0, NAMED).map(({ name }) => name))
  const close = () => {
    confirm.reset()
    setAsking(false)
  }
  return (
    <>
      <Alert tone="warn" title={m.held_title({ count: held.total })}>
        {m.purge_held_text({ budget: number(held.budget), users: number(held.users) })}
      </Alert>
      <HeldList
        {...people}
        action={
          can('users.purge') && (
            <Button variant="danger" aria-haspopup="dialog" onClick={() => setAsking(true)}>
              {m.held_confirm({ count: held.total })}
            </Button>
          )
        }
      />
      <ConfirmDialog
        open={asking}
        onClose={close}
        title={m.held_confirm_title({ count: held.total })}
        confirm={m.held_confirm({ count: held.total })}
        danger
        busy={confirm.isPending}
        error={
          confirm.error
            ? hasCode(confirm.error, 'removals_changed')
              ? m.held_changed()
              : problemText(confirm.error)
            : undefined
        }
        onConfirm={() =>
          confirm.mutate(held.list_id, {
            onSuccess: () => {
              toast.ok(m.held_confirmed())
              close()
            },
          })
        }
      >
        <div className="flex flex-col gap-3">
          <p>
            {held.total > NAMED
              ? m.purge_ask_names_more({ names, more: number(held.total - NAMED) })
              : names}
          </p>
          <p>{m.purge_ask_text()}</p>
        </div>
      </ConfirmDialog>
    </>
  )
}
