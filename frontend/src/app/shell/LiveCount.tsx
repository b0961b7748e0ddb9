import { useQuery } from '@tanstack/react-query'
import { fewStreamsQuery } from '@/api/streams'
import { number } from '@/lib/format'
import { m } from '@/paraglide/messages.js'

/** How many watch now; nothing while nobody does. Only beside a link that needs the same permission. */
export function LiveCount() {
  const count = useQuery(fewStreamsQuery).data?.summary.count ?? 0
  if (count === 0) return null
  return (
    <span className="num inline-flex items-center gap-1.5 rounded-full border border-ok/12 bg-ok-soft px-1.5 text-2xs font-medium text-ok">
      <span aria-hidden className="size-1.5 rounded-full bg-current" />
      <span aria-hidden>{number(count)}</span>
      <span className="sr-only">{m.streams_status({ count })}</span>
    </span>
  )
}
