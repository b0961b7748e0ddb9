import { problemText } from '@/components/problem-text'
import { ConfirmDialog } from '@/components/ui/ConfirmDialog'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { useForgetStreams } from '../queries'

interface ForgetStreamsProps {
  ids: string[]
  open: boolean
  onClose: () => void
  onDone: () => void
}

/** Asks before streams are taken out of the history and of the figures. */
export function ForgetStreams({ ids, open, onClose, onDone }: ForgetStreamsProps) {
  const forget = useForgetStreams()
  const count = ids.length
  const close = () => {
    forget.reset()
    onClose()
  }
  return (
    <ConfirmDialog
      open={open}
      onClose={close}
      title={m.stream_forget_title({ count })}
      confirm={m.stream_forget()}
      danger
      busy={forget.isPending}
      error={forget.error ? problemText(forget.error) : undefined}
      onConfirm={() =>
        forget.mutate(ids, {
          onSuccess: (deleted) => {
            toast.ok(m.stream_forgotten({ count: deleted }))
            close()
            onDone()
          },
        })
      }
    >
      {m.stream_forget_text()}
    </ConfirmDialog>
  )
}
