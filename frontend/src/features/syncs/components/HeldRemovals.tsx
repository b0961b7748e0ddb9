import { useState } from 'react'
import { useHeldPeople } from '@/api/held-people'
import { hasCode } from '@/api/problem'
import { useCan } from '@/api/session'
import { HeldList } from '@/components/HeldList'
import { problemText } from '@/components/problem-text'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { toast } from '@/components/ui/Toast'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { type Sync, useConfirmRemovals } from '../queries'

type Held = NonNullable<Sync['needs_confirmation']>

/** Exactly the people whose removal waits, and the button that lets it happen. */
export function HeldRemovals({ id, held }: { id: string; held: Held }) {
  const can = useCan()
  const [asking, setAsking] = useState(false)
  const confirm = useConfirmRemovals(id)
  const people = useHeldPeople(held)
  const { total, budget, users } = held
  const close = () => {
    setAsking(false)
    confirm.reset()
  }
  return (
    <div className="flex flex-col gap-4">
      <Alert tone="warn" title={m.held_title({ count: total })}>
        {m.held_text({ budget: number(budget), users: number(users) })}
      </Alert>
      <HeldList
        {...people}
        action={
          can('users.remove') && (
            <Button variant="danger" onClick={() => setAsking(true)}>
              {m.held_confirm({ count: total })}
            </Button>
          )
        }
      >
        {!can('users.remove') && (
          <p className="border-t border-line px-4 py-3 text-sm text-fg-2 sm:px-5">
            {m.held_no_right()}
          </p>
        )}
      </HeldList>
      <ConfirmDialog
        open={asking}
        onClose={close}
        title={m.held_confirm_title({ count: total })}
        confirm={m.held_confirm({ count: total })}
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
        {m.held_confirm_text()}
      </ConfirmDialog>
    </div>
  )
}
