import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { hasCode } from '@/api/problem'
import { m } from '@/paraglide/messages.js'
import { accessText, type TitleOf } from './fact-words'
import { problemText } from './problem-text'
import { driftText } from './sync-words'
import { Button } from './ui/Button'
import { Dialog } from './ui/Dialog'
import { toast } from './ui/Toast'

type Choice = Parameters<typeof accessText>[0]
type Decision = 'accept' | 'reapply'

interface Access {
  libraries?: Choice
  allow_downloads?: boolean | null
}

interface DriftDialogProps {
  open: boolean
  onClose: () => void
  name: string
  /** How they differ, in the server's word for it. */
  kind: string | null | undefined
  /** What is wanted here and what Plex shows, once it is known. */
  access: (Access & { now?: Access | null }) | undefined
  titleOf: TitleOf
  settle: UseMutationResult<unknown, Error, Decision>
}

/** Somebody has other access at Plex than wanted: which of the two is to hold. */
export function DriftDialog(props: DriftDialogProps) {
  const { open, onClose, name, kind, access, titleOf, settle } = props
  const close = () => {
    onClose()
    settle.reset()
  }
  const decide = (decision: Decision) =>
    settle.mutate(decision, {
      onSuccess: () => {
        toast.ok(decision === 'accept' ? m.drift_accepted({ name }) : m.drift_reapplied({ name }))
        close()
      },
    })
  const busy = settle.isPending ? settle.variables : null
  const words = (of: Access | null | undefined) =>
    of ? accessText(of.libraries, of.allow_downloads, titleOf) : m.drift_unknown()
  return (
    <Dialog
      open={open}
      busy={settle.isPending}
      onClose={close}
      title={m.drift_title({ name })}
      description={driftText(kind) ?? m.user_differs_text()}
    >
      <div className="flex flex-col gap-4">
        {settle.error && (
          <p role="alert" className="text-sm text-bad">
            {hasCode(settle.error, 'no_drift') ? m.drift_settled() : problemText(settle.error)}
          </p>
        )}
        <Side
          title={m.drift_now()}
          access={access ? words(access.now) : '…'}
          help={m.drift_accept_help()}
          action={
            <Button busy={busy === 'accept'} onClick={() => decide('accept')}>
              {m.drift_accept()}
            </Button>
          }
        />
        <Side
          title={m.drift_wanted()}
          access={access ? words(access) : '…'}
          help={m.drift_reapply_help()}
          action={
            <Button busy={busy === 'reapply'} onClick={() => decide('reapply')}>
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
      <p className="text-base">
        <bdi>{access}</bdi>
      </p>
      <p className="text-sm text-fg-3">{help}</p>
      <div>{action}</div>
    </section>
  )
}
