import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import type { ReactNode } from 'react'
import { m } from '@/paraglide/messages.js'
import { Alert } from './Alert'
import { Button } from './Button'

interface ConfirmDialogProps {
  open: boolean
  onClose: () => void
  /** What will happen, and to whom: "Remove 2 people from Aurora?" */
  title: ReactNode
  children: ReactNode
  /** Repeats the verb. */
  confirm: string
  /** Takes something away. */
  danger?: boolean
  /** On its way: what can no longer be called off cannot be closed as if it were. */
  busy: boolean
  error?: string | undefined
  onConfirm: () => void
}

/** Asks before something that matters. Only its own buttons and Escape close it. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  children,
  confirm,
  danger,
  busy,
  error,
  onConfirm,
}: ConfirmDialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && !busy && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="scrim fixed inset-0 z-40 bg-scrim" />
        <Base.Popup className="dialog fixed inset-x-4 top-1/2 z-40 mx-auto flex max-h-[calc(100dvh-2rem)] max-w-md -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-card border border-line bg-surface p-5 text-fg shadow-3 outline-none">
          <Base.Title className="text-lg font-semibold">{title}</Base.Title>
          <Base.Description render={<div />} className="text-base text-fg-2">
            {children}
          </Base.Description>
          {error && <Alert tone="bad">{error}</Alert>}
          <div className="flex flex-wrap justify-end gap-2">
            <Base.Close disabled={busy} render={<Button>{m.ui_cancel()}</Button>} />
            <Button variant={danger ? 'danger-solid' : 'primary'} busy={busy} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
