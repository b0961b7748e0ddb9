import type { ReactNode } from 'react'
import { m } from '@/paraglide/messages.js'
import { Button } from './ui/Button'
import { Dialog } from './ui/Dialog'

interface DriftDialogProps {
  open: boolean
  onClose: () => void
  name: string
  /** How they differ, in a sentence. */
  how: string
  /** What is wanted here and what Plex shows; both once they are known. */
  wanted: ReactNode
  now: ReactNode
  /** Which of the two is under way. */
  busy: 'accept' | 'reapply' | null
  error: string | undefined
  onDecide: (action: 'accept' | 'reapply') => void
}

/** Somebody has other access at Plex than wanted: which of the two is to hold. */
export function DriftDialog(props: DriftDialogProps) {
  const { open, onClose, name, how, wanted, now, busy, error, onDecide } = props
  return (
    <Dialog open={open} onClose={onClose} title={m.drift_title({ name })} description={how}>
      <div className="flex flex-col gap-4">
        {error && (
          <p role="alert" className="text-sm text-bad">
            {error}
          </p>
        )}
        <Side
          title={m.drift_now()}
          access={now}
          help={m.drift_accept_help()}
          action={
            <Button busy={busy === 'accept'} onClick={() => onDecide('accept')}>
              {m.drift_accept()}
            </Button>
          }
        />
        <Side
          title={m.drift_wanted()}
          access={wanted}
          help={m.drift_reapply_help()}
          action={
            <Button busy={busy === 'reapply'} onClick={() => onDecide('reapply')}>
              {m.drift_reapply()}
            </Button>
          }
        />
      </div>
    </Dialog>
  )
}

interface SideProps {
  title: string
  access: ReactNode
  help: string
  action: ReactNode
}

function Side({ title, access, help, action }: SideProps) {
  return (
    <section className="flex flex-col gap-2 rounded-tile border border-line p-4">
      <h3 className="text-xs text-fg-3">{title}</h3>
      <p className="text-base">{access}</p>
      <p className="text-sm text-fg-3">{help}</p>
      <div>{action}</div>
    </section>
  )
}
