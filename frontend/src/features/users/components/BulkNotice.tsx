import { useQuery } from '@tanstack/react-query'
import { Alert } from '@/components/ui/Alert'
import { Button } from '@/components/ui/Button'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'
import { bulkQuery, goneThrough } from '../bulk-queries'

interface BulkNoticeProps {
  id: string
  onShow: () => void
}

/** The way back to a change of many that was begun here and goes on, or was over, while nobody looked. */
export function BulkNotice({ id, onShow }: BulkNoticeProps) {
  const bulk = useQuery(bulkQuery(id)).data
  if (!bulk) return null
  const running = bulk.state === 'running'
  const progress = { done: number(goneThrough(bulk)), total: number(bulk.total) }
  return (
    <Alert
      tone="info"
      title={running ? m.bulk_notice_running() : m.bulk_notice_over()}
      action={<Button onClick={onShow}>{m.bulk_notice_show()}</Button>}
    >
      <p className="num">
        {bulk.state === 'stopped' ? m.bulk_stopped(progress) : m.bulk_done(progress)}
      </p>
    </Alert>
  )
}
