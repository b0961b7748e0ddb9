import { ClockAlert } from 'lucide-react'
import { useState } from 'react'
import { useConfirmClock } from '@/api/clock'
import { useCan } from '@/api/session'
import { problemText } from '@/components/problem-text'
import { Button } from '@/components/ui/Button'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { toast } from '@/components/ui/Toast'
import { dateTime } from '@/lib/format'
import { m } from '@/paraglide/messages.js'

const DOUBTS: Record<string, () => string> = {
  jumped_ahead: m.clock_jumped_ahead,
  jumped_back: m.clock_jumped_back,
  skewed: m.clock_skewed,
}

/** Says on every page that nobody loses access by the clock, and lets an admin say that the time is right. */
export default function ClockBanner({ reason }: { reason: string | null | undefined }) {
  const can = useCan()
  const confirm = useConfirmClock()
  // What this browser's clock showed when the question was asked.
  const [asked, setAsked] = useState<number | null>(null)
  const close = () => {
    setAsked(null)
    confirm.reset()
  }
  return (
    <section
      aria-label={m.attention_clock_doubted()}
      className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 bg-warn-soft px-4 py-2 text-sm text-warn"
    >
      <p className="flex items-center gap-2">
        <ClockAlert aria-hidden className="size-4 shrink-0" />
        <span>
          {DOUBTS[reason ?? '']?.() ?? m.attention_clock_doubted()}{' '}
          {m.attention_clock_doubted_text()}
        </span>
      </p>
      {can('settings.advanced') && (
        <Button size="sm" aria-haspopup="dialog" onClick={() => setAsked(Date.now())}>
          {m.clock_check()}
        </Button>
      )}
      <ConfirmDialog
        open={asked !== null}
        onClose={close}
        title={m.clock_question()}
        confirm={m.clock_confirm()}
        busy={confirm.isPending}
        error={confirm.error ? problemText(confirm.error) : undefined}
        onConfirm={() =>
          confirm.mutate(undefined, {
            onSuccess: () => {
              toast.ok(m.clock_confirmed())
              close()
            },
          })
        }
      >
        <div className="flex flex-col gap-3">
          <p>{m.clock_compare({ now: dateTime(asked ?? Date.now()) })}</p>
          <p>{m.clock_then()}</p>
        </div>
      </ConfirmDialog>
    </section>
  )
}
