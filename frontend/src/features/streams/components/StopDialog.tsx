import { useState } from 'react'
import type { Stream } from '@/api/streams'
import { FormProblem } from '@/components/form'
import { viewerName } from '@/components/StreamCard'
import { playerName, workTitle } from '@/components/stream-words'
import { Button } from '@/components/ui/Button'
import { Dialog } from '@/components/ui/Dialog'
import { Field } from '@/components/ui/Field'
import { Textarea } from '@/components/ui/Textarea'
import { toast } from '@/components/ui/Toast'
import { m } from '@/paraglide/messages.js'
import { useStopStream } from '../queries'

const LONGEST = 200

interface StopDialogProps {
  stream: Stream
  onClose: () => void
}

/** Asks what to tell the person whose stream is stopped. */
export default function StopDialog({ stream, onClose }: StopDialogProps) {
  const [message, setMessage] = useState('')
  const stop = useStopStream(stream.id)
  const title = workTitle(stream)
  return (
    <Dialog
      open
      busy={stop.isPending}
      onClose={onClose}
      title={m.stream_stop_title({ name: viewerName(stream) })}
      description={m.stream_stop_text({ title, player: playerName(stream.player) })}
      footer={
        <>
          <Button disabled={stop.isPending} onClick={onClose}>
            {m.ui_cancel()}
          </Button>
          <Button
            variant="danger-solid"
            busy={stop.isPending}
            onClick={() =>
              stop.mutate(message.trim(), {
                onSuccess: () => {
                  toast.ok(m.stream_stop_done({ title }))
                  onClose()
                },
              })
            }
          >
            {m.stream_stop_do()}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <FormProblem error={stop.error} />
        <Field label={m.stream_stop_message()} help={m.stream_stop_message_help()} optional>
          <Textarea
            rows={3}
            maxLength={LONGEST}
            value={message}
            onChange={(event) => setMessage(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  )
}
